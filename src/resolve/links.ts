import type { CommandOption, Property, VmDescription } from '../config/launch-file.ts';
import { lastNamed } from './decision.ts';

/** What a property that names something else of the command line (`netdev=n0`) leads to. */
export type Link =
  | { readonly kind: 'found'; readonly option: CommandOption }
  /** Nothing on a command line that is known as a whole has that id. */
  | { readonly kind: 'missing' }
  /** The id is not known, or what has it may stand where this file does not show it. */
  | { readonly kind: 'unknown' };

/** Options whose names of their own are looked up: the id, or for block devices the name of the node. */
const ID_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['netdev', ['id']],
  ['object', ['id']],
  ['chardev', ['id']],
  ['drive', ['id', 'node-name']],
  ['blockdev', ['node-name']],
]);

/** The `netdev=` of the card that the nth `-nic` makes, which has no name of its own that a file could use. */
export function nicLink(n: number): string {
  return `-nic #${String(n + 1)}`;
}

/** What of a command line a property can name. */
export interface LinkIndex {
  /** By the option's name and its id. */
  readonly byName: ReadonlyMap<string, ReadonlyMap<string, CommandOption>>;
  /** The ids alone. */
  readonly ids: ReadonlySet<string>;
  /** Names of options some of which have an id that is not known. */
  readonly incomplete: ReadonlySet<string>;
  /** Whether QEMU reads a file with more options. */
  readonly readsMore: boolean;
}

/** By the list of options: copies of a machine in which a device was changed share it. */
const indexes = new WeakMap<VmDescription['options'], LinkIndex>();

/** What of the options with these names (`netdev`, `object`, …) the property's value is the id of. */
export function follow(vm: VmDescription, { value }: Property, names: readonly string[]): Link {
  if (value?.known !== true) return { kind: 'unknown' };
  const known = linkIndex(vm);
  for (const name of names) {
    const option = known.byName.get(name)?.get(value.text);
    if (option !== undefined) return { kind: 'found', option };
  }
  const isWhole = vm.binary !== null && vm.unknownArguments.length === 0 && !known.readsMore;
  const isCertain = isWhole && !names.some((name) => known.incomplete.has(name));
  return { kind: isCertain ? 'missing' : 'unknown' };
}

/** The index of a machine's options, made once. */
export function linkIndex({ options }: VmDescription): LinkIndex {
  const known = indexes.get(options) ?? indexOf(options);
  indexes.set(options, known);
  return known;
}

function indexOf(options: VmDescription['options']): LinkIndex {
  const byName = new Map<string, Map<string, CommandOption>>();
  const allIds = new Set<string>();
  const incomplete = new Set<string>();
  const add = (name: string, id: string, option: CommandOption): void => {
    const byId = byName.get(name) ?? new Map<string, CommandOption>();
    byName.set(name, byId.set(id, option));
    allIds.add(id);
  };
  let nics = 0;
  for (const option of options) {
    const name = option.name.text;
    if (name === 'nic') add('netdev', nicLink(nics++), option);
    const keys = ID_KEYS.get(name);
    if (keys === undefined) continue;
    const ids = keys.flatMap((key) => lastNamed(option.properties, [key])?.value ?? []);
    for (const { text } of ids) add(name, text, option);
    if (ids.length === 0 || ids.some(({ known }) => !known)) incomplete.add(name);
  }
  return {
    byName,
    ids: allIds,
    incomplete,
    readsMore: options.some(({ name }) => name.text === 'readconfig'),
  };
}
