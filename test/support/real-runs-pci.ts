import { readFileSync } from 'node:fs';
import { findPath } from '../../src/paths/all-paths.ts';
import type { Alphabet } from '../../src/paths/alphabet.ts';
import type { PathSettings } from '../../src/paths/path.ts';
import type { Conformance } from '../../src/trace/conformance.ts';
import { conformed } from './conformed.ts';
import { TEST_FACTS } from './facts.ts';
import { readEvents } from './real-runs.ts';
import { INTX_IRQFD, INTX_USERSPACE, MSI_IRQFD, MSI_USERSPACE } from './runs.ts';

/** A trace of messages of an assigned PCI device, or of its line on Arm, and the machine as a path has it. */
export interface PciRun {
  /** The fixture, and which vector of it where there are two. */
  readonly file: string;
  readonly trace: string;
  readonly path: string;
  readonly settings: PathSettings;
  readonly hostIrq: number;
  /** Number of the vector at the guest's local APIC; absent on Arm. */
  readonly vector?: number;
  readonly cycles: number;
  readonly maxConfigs?: number;
}

export const GICV2 = { arch: 'arm', gic: '2' };
export const GICV3 = { arch: 'arm', gic: '3' };
/** Where following takes a while. */
export const SLOW = 'A3-gicv3-e1000-intx-nokvm-1100';

const INTX = 'A2-gicv2-e1000-intx-irqfd';
const MSIX = 'A2-gicv3-e1000e-msix-irqfd';

/** One run for each vector of a trace: as many cycles as `cycles` says of each. */
function vectors(trace: string, cycles: readonly number[], run: Pick<PciRun, 'path' | 'settings'>): PciRun[] {
  const isArm = run.settings.arch === 'arm';
  return cycles.map((count, vector) => ({
    ...run,
    file: cycles.length === 1 ? trace : `${trace} (vector ${String(vector)})`,
    trace,
    hostIrq: 30 + vector,
    ...(isArm ? {} : { vector: 37 + vector }),
    cycles: count,
  }));
}

const ON_ARM = { path: MSI_IRQFD, settings: GICV3 };

/** Linux 6.12.95, QEMU 7.2.22; x86 is SVM without AVIC. */
export const PCI_RUNS: readonly PciRun[] = [
  ...vectors('X4e-e1000e-msix-irqfd', [7, 4], { path: MSI_IRQFD, settings: {} }),
  ...vectors('X4f-ahci-msi-irqfd', [30], { path: MSI_IRQFD, settings: { capability: 'msi' } }),
  ...vectors('X4g-e1000e-msix-nokvm', [6, 4], { path: MSI_USERSPACE, settings: {} }),
  ...vectors(`${MSIX}-1`, [4, 5], ON_ARM),
  ...vectors(`${MSIX}-2`, [5, 3], ON_ARM),
  ...[`${INTX}-1`, `${INTX}-2`].map((trace, i) => ({
    file: trace,
    trace,
    path: INTX_IRQFD,
    settings: GICV2,
    hostIrq: 28,
    cycles: 4 - i,
  })),
  {
    // The main loop is preempted with the line up and the BARs mapped: there are many ways to be in between.
    file: SLOW,
    trace: SLOW,
    path: INTX_USERSPACE,
    settings: { ...GICV3, barsAtStart: 'unmapped' },
    hostIrq: 29,
    cycles: 2,
    maxConfigs: 600_000,
  },
];

/** The run of that name. */
export function pciRun(file: string): PciRun {
  const run = PCI_RUNS.find((one) => one.file === file);
  if (run === undefined) throw new Error(`no run ${file}`);
  return run;
}

export function pciText({ trace }: PciRun): string {
  return readFileSync(new URL(`../fixtures/traces/runs/${trace}.ftrace.txt`, import.meta.url), 'utf8');
}

/** What the path of a run claims to know. */
export function pciAlphabet({ path, settings }: Pick<PciRun, 'path' | 'settings'>): Alphabet {
  const module = findPath(path);
  const alphabet = settings.arch === 'arm' ? module?.alphabetOnArm : module?.alphabet;
  if (alphabet === undefined) throw new Error(`${path} has no alphabet`);
  return alphabet;
}

/** The trace, or `text` instead, held against the run's path, or against something else. */
export function followed(run: PciRun, text = pciText(run), other: Partial<PciRun> = {}): Conformance {
  const { path, settings, hostIrq, vector, maxConfigs } = { ...run, ...other };
  const events = readEvents(text);
  const { model } = pciAlphabet({ path, settings });
  return conformed({
    path,
    settings,
    facts: { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu: '7.2', vendor: 'amd' } },
    events: () => events,
    binding: { ...model, hostIrqs: [hostIrq], ...(vector === undefined ? {} : { vectors: [vector] }) },
    ...(maxConfigs === undefined ? {} : { maxConfigs }),
  });
}
