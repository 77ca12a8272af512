import type { TextRange } from '../base/text-range.ts';
import type { Problem } from '../config/problem.ts';
import type { Facts } from '../facts/facts.ts';
import type { Leg, PathSettings } from '../paths/path.ts';

/** Why a decision went the way it went. */
export interface Reason {
  /** Name of the rule, e.g. `gsi-map`. */
  readonly rule: string;
  readonly because: string;
  /** The option that decided, as the file spells it, or its proper name if the file leaves it out. */
  readonly option: string | null;
  readonly value: string | null;
  /** Whether nobody wrote the value. */
  readonly isDefault: boolean;
  /** Where the rule stands in real code, or how else it is known. */
  readonly source: string;
  /** What in the file decided; null if nothing in it did. */
  readonly range: TextRange | null;
}

/**
 * A path that is taken in another case than the one that the answer assumes, or in one of several; null if there is
 * none then: not modelled, refused by QEMU, or broken.
 */
export interface Alternative {
  readonly path: string | null;
  /** The case, as a clause that can follow "when". */
  readonly when: string;
}

/** A path that is not taken, with a reason; a path appears once for every reason. */
export interface RejectedPath {
  readonly path: string;
  readonly rule: string;
  readonly because: string;
  readonly source: string;
}

/** One way that interrupts of a device travel. */
export interface ResolvedLeg {
  readonly leg: Leg;
  /** The path's id; null if it depends on what the file does not say, or if there is none. */
  readonly path: string | null;
  /** Without a path every case; with one those in which an assumption of the answer does not hold. */
  readonly alternatives: readonly Alternative[];
  /** In the order in which QEMU decides. */
  readonly why: readonly Reason[];
  readonly rejected: readonly RejectedPath[];
  /** What the file says for a simulation of the path; without a path, for any of the alternatives. */
  readonly settings: PathSettings;
  /** What an answer about this leg leaves out or cannot show; null if nothing. */
  readonly note: string | null;
  /** Whether a simulation of the path would show what this machine does. */
  readonly canRun: boolean;
}

/** Why a machine has a device that nobody asked for. */
export interface ByDefault {
  readonly because: string;
  /** What leaves it out, or puts another one in its place; whatever follows. Empty: nothing does. */
  readonly leftOutBy: readonly string[];
  /** What may leave it out, but cannot be looked into (`"$@"`), as a clause that can follow "unless"; null if nothing. */
  readonly unless: string | null;
  /** Where that stands in real code, or how else it is known. */
  readonly source: string;
}

export interface ResolvedDevice {
  /** The file's `id=`, or the driver's name; numbered where that is not unique in its machine. */
  readonly id: string;
  readonly driver: string;
  readonly range: TextRange;
  /** Why there are no legs; null if there are. */
  readonly note: string | null;
  readonly legs: readonly ResolvedLeg[];
  /** Only of a device that the file does not ask for. */
  readonly byDefault?: ByDefault;
  /** Queues, or pairs of a network card, that a Linux guest uses; absent where that is one, or not known. */
  readonly queuesInUse?: number;
}

export interface ResolvedMachine {
  readonly range: TextRange;
  /** `kvm`, `tcg`, …; null if the file does not say it for certain. */
  readonly accelerator: string | null;
  /** `x86`, `arm` or QEMU's name for another one; null if the file does not say it and no answer rests on it. */
  readonly architecture: string | null;
  readonly irqchip: 'on' | 'off' | 'split' | null;
  /** Version of the guest's GIC; null if it has none or the file does not say it for certain. */
  readonly gicVersion: number | null;
  /** Those that the file asks for. */
  readonly devices: readonly ResolvedDevice[];
  /** Those that the machine has besides; their range is that of the machine's type, or of the program. */
  readonly defaultDevices: readonly ResolvedDevice[];
  readonly problems: readonly Problem[];
}

/** The answer to "which path does every interrupt of this file take?"; the JSON of `irqpath resolve`. */
export interface ResolvedFile {
  readonly file: string;
  readonly format: string;
  readonly facts: Facts;
  readonly machines: readonly ResolvedMachine[];
  /** Problems that belong to no machine. */
  readonly problems: readonly Problem[];
}
