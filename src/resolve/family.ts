import type { TextRange } from '../base/text-range.ts';
import type { DeviceDescription } from '../config/launch-file.ts';
import type { Problem } from '../config/problem.ts';
import type { Leg, PathSettings } from '../paths/path.ts';
import type { Machine } from './machine.ts';

/** A device and the machine around it: what rules look at. */
export interface DeviceInMachine {
  readonly device: DeviceDescription;
  readonly machine: Machine;
}

/** What a rule found. `unknown`: it depends on something that the file does not say. */
export interface Finding {
  readonly outcome: 'holds' | 'fails' | 'unknown';
  readonly because: string;
  readonly option: string | null;
  readonly value: string | null;
  readonly isDefault: boolean;
  readonly source: string;
  readonly range: TextRange | null;
  /** For `unknown`: both cases, as clauses that can follow "when". */
  readonly cases?: { readonly holds: string; readonly fails: string };
  /**
   * What the outcome rests on where neither file nor facts say it; were it not so, the outcome would be the opposite.
   * Findings that rest on the same thing have the same name.
   */
  readonly assumes?: { readonly name: string; readonly otherwise: string };
  /** To be reported at the device if this finding decides. */
  readonly problem?: Omit<Problem, 'range'>;
}

/** One decision of QEMU (or of KVM, or of history) about a device. */
export interface Rule {
  readonly name: string;
  /** It is about what was never or is no longer in QEMU and KVM: no reason why a device is left without a path. */
  readonly isHistory?: true;
  check(subject: DeviceInMachine): Finding;
}

/** A path, and what must hold for it to be taken, in the order in which QEMU asks. */
export interface Candidate {
  readonly path: string;
  readonly rules: readonly Rule[];
  /** QEMU handles the interrupts itself: what it does where KVM cannot or must not. */
  readonly isFallback?: true;
}

/** How a leg of a device finds its path. */
export interface LegRules {
  readonly leg: Leg;
  /** What must hold for any of the paths. */
  readonly prerequisites: readonly Rule[];
  /** In order of preference: the first whose rules all hold is taken. */
  readonly candidates: readonly Candidate[];
}

/** Devices whose interrupts are decided by the same rules. */
export interface DeviceFamily {
  readonly drivers: readonly string[];
  /** Abstract or concrete drivers that these inherit properties from, for `-global`. */
  readonly parents: readonly string[];
  readonly legs: readonly LegRules[];
  /** What the file says for a simulation; names are those of the paths' settings. */
  settings(subject: DeviceInMachine): PathSettings;
  /** What of this machine no setting of a path can say, so that a run would show another; null if there is nothing. */
  limits(subject: DeviceInMachine): string | null;
  /** Queues, or pairs of a network card, that a Linux guest uses; undefined if the file does not say it, or there are none. */
  queuesInUse?(subject: DeviceInMachine): number | undefined;
  /** What else is to be said of the device; absent if that is nothing. */
  remarks?(subject: DeviceInMachine): readonly Problem[];
}
