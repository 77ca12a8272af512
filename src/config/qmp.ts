import { findNodeAtLocation, parseTree, type Node, type ParseError } from 'jsonc-parser';
import { isTooDeep, jsonProblem, readJsonObject } from './json-object.ts';
import type { CommandOption, DeviceDescription, LaunchFile, Property, VmDescription } from './launch-file.ts';
import type { LineIndex } from './line-index.ts';
import { OptionTexts } from './option-texts.ts';
import type { Problem } from './problem.ts';
import type { Word } from './word.ts';

/** What commands of QMP are on a command line. */
const COMMANDS: ReadonlyMap<string, string> = new Map([
  ['device_add', 'device'],
  ['object-add', 'object'],
  ['netdev_add', 'netdev'],
  ['chardev-add', 'chardev'],
  ['blockdev-add', 'blockdev'],
]);

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the commands of a QMP session that plug devices, in a transcript, a log of libvirt or a list: a fragment of
 * a machine. Answers and events are left out.
 */
export function readQmp(text: string, lines: LineIndex): Pick<LaunchFile, 'machines' | 'problems'> {
  const texts = new OptionTexts(lines);
  const problems: Problem[] = [];
  const devices: DeviceDescription[] = [];
  const options: CommandOption[] = [];
  let whole: Stretch | undefined;
  for (const object of findObjects(text)) {
    const command = readCommand(text, object, lines, problems);
    if (command === undefined) continue;
    const { properties } = readJsonObject(plainWord(text, command.arguments), lines);
    const { name, at } = command;
    options.push({ ...texts.option(name, at, properties), properties });
    if (name === 'device') devices.push(...deviceOf(properties, object, command.arguments, texts));
    whole = { start: whole?.start ?? object.start, end: object.end };
  }
  if (whole === undefined) return { machines: [], problems };
  const machine: VmDescription = {
    range: texts.range(whole),
    binary: null,
    target: null,
    machine: [],
    accelerators: [],
    cpu: [],
    smp: [],
    devices,
    globals: [],
    options,
    unknownArguments: [],
    problems: [],
  };
  return { machines: [machine], problems };
}

function deviceOf(
  properties: readonly Property[],
  object: Stretch,
  value: Stretch,
  texts: OptionTexts,
): DeviceDescription[] {
  const get = (key: string) => properties.find((property) => property.key.text === key)?.value ?? null;
  const driver = get('driver');
  if (driver === null) return [];
  const rest = properties.filter(({ key }) => key.text !== 'driver');
  const [range, valueRange] = [texts.range(object), texts.range(value)];
  return [{ driver, id: get('id'), properties: rest, range, valueRange }];
}

function readCommand(
  text: string,
  { start, end }: Stretch,
  lines: LineIndex,
  problems: Problem[],
): { readonly name: string; readonly at: Stretch; readonly arguments: Stretch } | undefined {
  const written = text.slice(start, end);
  if (!written.includes('"execute"') || isTooDeep(written)) return undefined;
  const errors: ParseError[] = [];
  const root = parseTree(written, errors, { disallowComments: true });
  for (const error of errors.slice(0, MOST_ERRORS)) problems.push(jsonProblem(error, start, lines));
  const execute = root && findNodeAtLocation(root, ['execute']);
  const parameters = root && findNodeAtLocation(root, ['arguments']);
  const name = COMMANDS.get(String(execute?.value ?? ''));
  if (name === undefined || execute === undefined || parameters?.type !== 'object') return undefined;
  const place = ({ offset, length }: Node): Stretch => ({
    start: start + offset,
    end: start + offset + length,
  });
  return { name, at: place(execute), arguments: place(parameters) };
}

/** The objects that stand in no other one, by their brackets. A line of its own mark begins anew. */
function findObjects(text: string): Stretch[] {
  const found: Stretch[] = [];
  let depth = 0;
  let start = 0;
  let isString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\n') {
      isString = false;
      if (text.startsWith('->', i + 1) || text.startsWith('<-', i + 1)) depth = 0;
    } else if (isString) {
      if (c === '\\') i += 1;
      else if (c === '"') isString = false;
    } else if (c === '"') isString = depth > 0;
    else if (c === '{') {
      if (depth === 0) start = i;
      depth += 1;
    } else if (c === '}' && depth > 0) {
      depth -= 1;
      if (depth === 0 && i - start < LONGEST_COMMAND) found.push({ start, end: i + 1 });
    }
  }
  return found;
}

const LONGEST_COMMAND = 100_000;
/** Of one command: what follows from the first mistake is of no use. */
const MOST_ERRORS = 1;

function plainWord(text: string, { start, end }: Stretch): Word {
  const length = end - start;
  const run = { at: 0, length, source: start, sourceLength: length, verbatim: true, known: true };
  return { text: text.slice(start, end), runs: [run], start, end };
}
