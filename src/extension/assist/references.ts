import { contains } from '../../base/text-range.ts';
import type { Position, TextRange } from '../../base/text-range.ts';
import type {
  CommandOption,
  LaunchFile,
  Property,
  SourceText,
  VmDescription,
} from '../../config/launch-file.ts';
import { ID_KEYS, linkedOptions } from './link-keys.ts';
import { optionsIn } from './options-in.ts';

/** An id of a command line: where something is given it, and every property that names it. */
export interface NamedThing {
  readonly id: string;
  /** Null if nothing in the file has that id. */
  readonly definition: TextRange | null;
  readonly uses: readonly TextRange[];
}

/** What is named at a position: the value of `netdev=`, `drive=`, `iothread=`, `chardev=` … or of an `id=` that they can name. */
export function namedAt(file: LaunchFile, position: Position): NamedThing | undefined {
  for (const vm of file.machines) {
    for (const option of optionsIn(vm)) {
      const property = option.properties.find(({ range }) => contains(range, position));
      const value = property?.value;
      if (!property || !value?.known || !contains(property.range, position)) continue;
      const names = isId(option, property) ? [option.name.text] : linksOf(option, property);
      if (names !== undefined) return named(vm, names, value.text);
    }
  }
  return undefined;
}

function named(vm: VmDescription, wanted: readonly string[], id: string): NamedThing {
  const definitions = optionsIn(vm).flatMap((option) =>
    wanted.includes(option.name.text)
      ? valuesOf(option, id)
          .filter(({ property }) => isId(option, property))
          .map(({ value }) => ({ option, value }))
      : [],
  );
  const names = new Set(
    definitions.length === 0 ? wanted : definitions.map(({ option }) => option.name.text),
  );
  const uses = optionsIn(vm).flatMap((option) =>
    valuesOf(option, id)
      .filter(({ property }) => linksOf(option, property)?.some((name) => names.has(name)) === true)
      .map(({ value }) => value.range),
  );
  return { id, definition: definitions[0]?.value.range ?? null, uses };
}

function valuesOf(
  { properties }: CommandOption,
  text: string,
): { readonly property: Property; readonly value: SourceText }[] {
  return properties.flatMap((property) =>
    property.value?.known === true && property.value.text === text
      ? [{ property, value: property.value }]
      : [],
  );
}

function isId(option: CommandOption, { key }: Property): boolean {
  return option.name.text !== 'device' && ID_KEYS.get(option.name.text)?.includes(key.text) === true;
}

/** The first key of `-netdev` and the like is a kind, not a link, even where it has the name of one. */
function linksOf({ name }: CommandOption, { key }: Property): readonly string[] | undefined {
  return name.text === key.text ? undefined : linkedOptions(key.text);
}
