import type { PathSettings } from '../../src/paths/path.ts';

/** The trace of a run of a real machine, cut to what its path knows, and the machine as a path has it. */
export interface RealRun {
  readonly file: string;
  readonly path: string;
  readonly settings: PathSettings;
  /** Registers that the guest's driver knows: of a PL031 (RTC), a PL011 (UART), or both as one device; or of an e1000. */
  readonly device: 'rtc' | 'uart' | 'both' | 'e1000';
  /** How many cycles it has at least; 6 if left out. */
  readonly cycles?: number;
  /** Where there are more ways to print it at once than usual. */
  readonly maxConfigs?: number;
}
