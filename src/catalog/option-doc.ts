/** Where a statement comes from, and whether somebody of this project read it there. */
export interface Source {
  /** A function, commit, document or trace, e.g. `QEMU hw/vfio/platform.c vfio_platform_eoi`. */
  readonly where: string;
  /** False: from memory or a second hand; shown as such. */
  readonly verified: boolean;
}

/** What values an option takes. */
export type OptionType =
  | { readonly kind: 'boolean' }
  | {
      readonly kind: 'integer';
      readonly minimum: number;
      readonly maximum: number;
      /** Unit of the number, e.g. `ms`; empty for a plain count. */
      readonly unit: string;
    }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | {
      readonly kind: 'text';
      readonly meaning: string;
      /** The value is a list or an object, which only the JSON form of an option can hold. */
      readonly json?: true;
    };

/** Another way in which an option is or was written. */
export interface Spelling {
  readonly name: string;
  /** `synonym`: QEMU takes it too. `former`: releases took it. `proposed`: only in patches on a list. */
  readonly kind: 'synonym' | 'former' | 'proposed';
  /** Whether it means the opposite (`x-mmap=off` is `x-no-mmap=on`). */
  readonly inverted: boolean;
  /** Where and when it was written so, as a clause: `it is x-irqfd since …`. */
  readonly history: string;
}

/** The default from a QEMU release on; null where leaving the option out has no value of its own. */
export interface DefaultValue {
  readonly since: string;
  readonly value: string | null;
  /** What the default depends on, if not on the release alone. */
  readonly condition?: string;
  /** What QEMU's help prints for it, where that is something else: what stands for "not set", as a rule. */
  readonly printed?: string;
}

/** The documentation of one option: data for `irqpath options`, hover, completion and diagnostics. */
export interface OptionDoc {
  /** The name in current QEMU, or the last one it had. */
  readonly name: string;
  /**
   * Behind which option it stands: `-device DRIVER,` (or `-global DRIVER.`), `-machine`, `-accel`, `-cpu`,
   * `-netdev TYPE,` or `-object TYPE,`.
   */
  readonly owner: 'device' | 'machine' | 'accelerator' | 'cpu' | 'netdev' | 'object';
  /** The drivers, machines, accelerators, processors or types that have it. */
  readonly of: readonly string[];
  readonly title: string;
  readonly type: OptionType;
  /** Oldest first. */
  readonly defaults: readonly DefaultValue[];
  readonly spellings: readonly Spelling[];
  /** The first QEMU release that has it; null if none ever had. */
  readonly introduced: string | null;
  /** The first QEMU release that has it no more; null if it is still there. */
  readonly removed: string | null;
  /** It sends no interrupt another way: what names the device in the host, for example. */
  readonly aside?: true;
  /** Ids of the only paths on which it does something; absent: it may on all. */
  readonly mattersOn?: readonly string[];
  /** What it does to the interrupt path, in sentences. */
  readonly effect: string;
  readonly sources: readonly Source[];
}
