import type { Alphabet } from './alphabet.ts';
import type { Result } from '../base/result.ts';
import type { Wiring } from './wiring.ts';
import type { Facts, HostFacts } from '../facts/facts.ts';

/**
 * Which way an interrupt of a device travels; paravirtual devices have a `kick` and a `call`, emulated ones an
 * `interrupt` and, for the register write that makes them work, a `kick`.
 */
export type Leg = 'interrupt' | 'kick' | 'call';

/** A defect or race that a path really has or had, as a switch of its model. */
export interface KnownBug {
  readonly name: string;
  readonly title: string;
  readonly introducedIn: string | null;
  readonly fixedIn: string | null;
  /** No release has it: what all code does is left out, to see what it is for. Off unless it is switched on. */
  readonly whatIf?: true;
  /** The property of the explorer that the bug breaks, e.g. `no-storm`. */
  readonly violates: string;
  /** Settings without which it does not show, if the defaults do not show it. */
  readonly needs?: PathSettings;
  /** Facts of the host without which it does not show, if the defaults do not show it. */
  readonly needsHost?: Partial<HostFacts>;
  readonly source: string;
}

/** What is known about a path without running it: one entry of `irqpath paths --json`. */
export interface PathInfo {
  readonly id: string;
  readonly title: string;
  readonly leg: Leg;
  /** Numbers of the documents the path was described in, e.g. `000`. */
  readonly documents: readonly string[];
  readonly status: 'current' | 'removed' | 'proposed' | 'what-if';
  readonly introduced: string | null;
  /** That release is from memory: nobody of this project has read it anywhere. */
  readonly introducedUnverified?: true;
  readonly removed: string | null;
  readonly selectedBy: readonly string[];
  /** Whether the model was held against a captured trace, or only against source code. */
  readonly evidence: 'trace' | 'source';
  readonly bugs: readonly KnownBug[];
}

interface SettingBase {
  readonly name: string;
  readonly description: string;
  /**
   * Without which this one means nothing, of several any of them; one that means nothing itself gives no meaning. Absent
   * if it always means something.
   */
  readonly onlyWith?: OtherSetting | readonly OtherSetting[];
}

/** Another setting, and the values of it that give a setting its meaning. */
export interface OtherSetting {
  readonly setting: string;
  readonly values: readonly string[];
}

/** A whole number that a run can be given, by the resolver or by `--set`. */
export interface NumberSetting extends SettingBase {
  readonly kind: 'number';
  readonly unit: string;
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** One of several words that a run can be given. */
export interface ChoiceSetting extends SettingBase {
  readonly kind: 'choice';
  readonly choices: readonly string[];
  readonly default: string;
}

/** Something that a run of a path can be given. */
export type PathSetting = NumberSetting | ChoiceSetting;

/** Values for some of a path's settings; the rest have their defaults. */
export type PathSettings = Readonly<Record<string, number | string>>;

/** One delivery path: what it is, what can be set, and how its machine is wired. */
export interface PathModule {
  readonly info: PathInfo;
  readonly settings: readonly PathSetting[];
  /** What the path claims to know of traces; absent if it was never followed through one. */
  readonly alphabet?: Alphabet;
  /** The same with `arch=arm`, where the architecture is a setting. */
  readonly alphabetOnArm?: Alphabet;
  /** The same with `device=virtio-net`, by what is looked at of its `traffic`. */
  readonly alphabetOfNet?: Readonly<Record<string, Alphabet>>;
  /** Builds the machine of the path with the known bugs of these names in it; an error says which setting was wrong and what was expected. */
  wire(settings: PathSettings, facts: Facts, bugs: ReadonlySet<string>): Result<Wiring>;
}
