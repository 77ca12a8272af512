import type { DeviceDescription, GlobalProperty, Property, VmDescription } from './launch-file.ts';
import type { LineIndex } from './line-index.ts';
import { OptionTexts } from './option-texts.ts';
import type { Problem } from './problem.ts';
import { faultOf } from './qemu-config-lines.ts';

/** A group of a configuration file: `[device "net0"]` and the lines below. */
interface Group {
  readonly name: string;
  readonly id: Property | null;
  readonly start: number;
  end: number;
  readonly headEnd: number;
  readonly properties: Property[];
}

/** Reads a file for `-readconfig` (QEMU util/qemu-config.c qemu_config_foreach): a fragment of a machine. */
export function readQemuConfig(
  text: string,
  lines: LineIndex,
): { readonly machines: readonly VmDescription[]; readonly problems: readonly Problem[] } {
  const texts = new OptionTexts(lines);
  const problems: Problem[] = [];
  const groups: Group[] = [];
  let hasBlankLine = false;
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    const line = text.slice(start, end);
    const fault = faultOf(line, groups.length > 0);
    const isBlank = line.trim() === '';
    // Where one line is blank, many are.
    if (fault !== null && !(isBlank && hasBlankLine)) {
      const range = texts.range({ start, end: isBlank ? end : start + line.trimEnd().length });
      problems.push({ code: 'bad-config-line', ...fault, range });
    }
    if (fault !== null && isBlank) hasBlankLine = true;
    readLine(line.trimEnd(), start, texts, groups);
    start = end + 1;
  }
  const machine = describe(groups, texts);
  return machine === undefined ? { machines: [], problems: [] } : { machines: [machine], problems };
}

/** Reads what can be read, right or not. */
function readLine(line: string, start: number, texts: OptionTexts, groups: Group[]): void {
  const end = start + line.length;
  if (/^\s*#/.test(line)) return;
  const head = /^\[([\w-]+)(?:\s+"([^"\]]*))?/.exec(line);
  if (head !== null) {
    const [, name = '', id] = head;
    const idStart = start + line.indexOf('"') + 1;
    const place = { start: idStart, end: idStart + (id?.length ?? 0) };
    const idProperty = id === undefined ? null : texts.implied('id', id, place);
    groups.push({ name, id: idProperty, start, end, headEnd: end, properties: [] });
    return;
  }
  const pair = /^(\s*)([\w.-]+)(\s*=\s*")([^"]*)("?)/.exec(line);
  const group = groups.at(-1);
  if (pair === null || group === undefined) return;
  const [, blanks = '', key = '', equals = '', value = '', quote = ''] = pair;
  const keyStart = start + blanks.length;
  const valueStart = keyStart + key.length + equals.length;
  group.end = end;
  group.properties.push(
    texts.pair(
      texts.derived(key, { start: keyStart, end: keyStart + key.length }),
      texts.derived(value, { start: valueStart, end: valueStart + value.length }),
      { start: keyStart, end: valueStart + value.length + quote.length },
    ),
  );
}

function describe(groups: readonly Group[], texts: OptionTexts): VmDescription | undefined {
  const [first, last] = [groups.find(({ name }) => KNOWN.has(name)), groups.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const all = (name: string): Property[] =>
    groups.flatMap((group) => (group.name === name ? group.properties : []));
  return {
    range: texts.range({ start: groups[0]?.start ?? 0, end: last.end }),
    language: 'qemu-config',
    binary: null,
    target: null,
    machine: all('machine'),
    accelerators: groups.filter(({ name }) => name === 'accel').map(({ properties }) => properties),
    cpu: all('cpu'),
    smp: all('smp-opts'),
    devices: groups.flatMap((group) => deviceOf(group, texts)),
    globals: groups.flatMap(globalOf),
    options: groups.map(({ name, id, properties, start, end }) =>
      texts.option(name === 'smp-opts' ? 'smp' : name, { start, end }, [
        ...(id === null ? [] : [id]),
        ...properties,
      ]),
    ),
    unknownArguments: [],
    problems: groups.flatMap((group) => missingDriver(group, texts)),
  };
}

/** Groups that only a file of QEMU has. */
const KNOWN: ReadonlySet<string> = new Set([
  'device',
  'machine',
  'netdev',
  'drive',
  'blockdev',
  'chardev',
  'object',
  'accel',
  'smp-opts',
]);

function deviceOf(
  { name, id, properties, start, end, headEnd }: Group,
  texts: OptionTexts,
): DeviceDescription[] {
  const driver = properties.find(({ key }) => key.text === 'driver')?.value;
  if (name !== 'device' || driver === undefined || driver === null) return [];
  return [
    {
      driver,
      id: id?.value ?? null,
      properties: properties.filter(({ key }) => key.text !== 'driver'),
      range: texts.range({ start, end }),
      valueRange: texts.range({ start, end: headEnd }),
    },
  ];
}

function missingDriver({ name, properties, start, headEnd }: Group, texts: OptionTexts): Problem[] {
  if (name !== 'device' || properties.some(({ key }) => key.text === 'driver')) return [];
  const message = 'a device needs the name of its driver; expected driver = "…" below';
  const range = texts.range({ start, end: headEnd });
  return [{ code: 'missing-driver', severity: 'error', message, range }];
}

/** `[global]` with `driver`, `property` and `value`. */
function globalOf({ name, properties }: Group): GlobalProperty[] {
  const get = (key: string) => properties.find((property) => property.key.text === key)?.value;
  const [driver, key, value] = [get('driver'), get('property'), get('value')];
  if (name !== 'global' || !driver || !key || !value) return [];
  return [
    { driver: driver.text, property: { key, value, valueType: 'text', from: 'global', range: value.range } },
  ];
}
