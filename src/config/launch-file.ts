import type { TextRange } from '../base/text-range.ts';
import type { PathSettings } from '../paths/path.ts';
import type { Problem } from './problem.ts';

/** A piece of a launch file, as QEMU gets it: quotes and escapes gone. */
export interface SourceText {
  readonly text: string;
  /** Where it stands in the file, quotes and escapes included. */
  readonly range: TextRange;
  /** False if it depends on something that the file does not say, e.g. `$IRQFD`, which `text` then holds. */
  readonly known: boolean;
}

/** `key=value` of an option, or a key alone. */
export interface Property {
  readonly key: SourceText;
  /** Null for a key alone (`-device e1000,rombar`), which QEMU takes for `=on`. */
  readonly value: SourceText | null;
  /** `text` behind `=`; in the JSON form the type of the JSON value. */
  readonly valueType: 'text' | 'string' | 'number' | 'boolean' | 'other';
  /** `-global` and `-set` reach a device from outside of its `-device`. */
  readonly from: 'device' | 'global' | 'set' | 'option';
  readonly range: TextRange;
}

/** One option of the command line, whatever it is. */
export interface CommandOption {
  /** Without its dashes; the range includes them. */
  readonly name: SourceText;
  readonly value: SourceText | null;
  /** The properties in `value`, if it is a list or JSON object and the reader looked into it. */
  readonly properties: readonly Property[];
  readonly range: TextRange;
}

/** A device that the command line asks for. */
export interface DeviceDescription {
  readonly driver: SourceText;
  /** The value of `id=`; null without one. */
  readonly id: SourceText | null;
  /** Those of `-device`, then those of `-set`: the last one of a name counts. The driver is not among them. */
  readonly properties: readonly Property[];
  /** From `-device` to the end of its value, or of the variable that its value comes from. */
  readonly range: TextRange;
  /** The value of `-device` alone, where it is written: a variable's value stands in its assignment. */
  readonly valueRange: TextRange;
  /** Settings for a run that no file says but who knows the hardware; a reader leaves it out. */
  readonly nature?: PathSettings;
}

/** `-global driver.property=value`: a default for every device of the driver and of those derived from it. */
export interface GlobalProperty {
  readonly driver: string;
  readonly property: Property;
}

/** `qemu-command-line` for all that becomes one, such as a list of strings in Python. */
export type VmLanguage = Extract<
  LaunchFormat,
  'qemu-command-line' | 'libvirt-xml' | 'qemu-config' | 'qmp' | 'proxmox'
>;

/** One virtual machine, as a file describes it: nothing filled in, nothing left out. */
export interface VmDescription {
  /** The whole command line, from the name of the program to the last argument. */
  readonly range: TextRange;
  /** What its options are written in, whatever file that stands in: a script may define a domain of libvirt. */
  readonly language: VmLanguage;
  /** The program; null for a fragment that begins with an option. */
  readonly binary: SourceText | null;
  /** What the name of the program says it emulates, e.g. `aarch64`; null if it says nothing. */
  readonly target: string | null;
  /** `-machine`, `-M`: all of them, since QEMU merges them; the first key is `type`. */
  readonly machine: readonly Property[];
  /** `-accel` and `-enable-kvm`, one list each, in order of preference. */
  readonly accelerators: readonly (readonly Property[])[];
  /** The last `-cpu`, which replaces those before; the first key is `model`, others may begin with `+` or `-`. */
  readonly cpu: readonly Property[];
  /** `-smp`; the first key is `cpus`. */
  readonly smp: readonly Property[];
  readonly devices: readonly DeviceDescription[];
  readonly globals: readonly GlobalProperty[];
  /** Every option in order, those above included. */
  readonly options: readonly CommandOption[];
  /** Arguments that could be options but depend on what the file does not say, e.g. `"${args[@]}"`. */
  readonly unknownArguments: readonly SourceText[];
  readonly problems: readonly Problem[];
}

/** What kind of text a file was read as. */
export type LaunchFormat =
  | 'qemu-command-line'
  | 'libvirt-xml'
  | 'makefile'
  | 'systemd-unit'
  | 'markdown'
  | 'restructuredtext'
  | 'python'
  | 'nix'
  | 'qemu-config'
  | 'qmp'
  | 'proxmox'
  | 'kvm-unit-tests';

/** What a reader found in a file. */
export interface LaunchFile {
  readonly fileName: string;
  readonly format: LaunchFormat;
  /** In the order of the file; empty if it starts no QEMU. */
  readonly machines: readonly VmDescription[];
  /** What no machine's own problems say; never that there is no machine. */
  readonly problems: readonly Problem[];
}
