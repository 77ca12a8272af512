import { parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';
import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { isDeviceName } from '../../catalog/devices.ts';
import { optionOfDriver } from '../../catalog/options.ts';
import { indexLines } from '../../config/line-index.ts';
import { CHANGEABLE_FACTS } from '../fact-settings.ts';
import { valueProblem } from './device-options.ts';
import type { AddedDevice, Overlay } from './device-store.ts';

/** The options of a device of a file that are other in the tree. */
export interface FileWhatIf {
  /** The launch file: a path below the folder of the workspace, or a URI. */
  readonly file: string;
  /** Which machine of the file, from 0. */
  readonly machine: number;
  /** The device's `id=`, or the name that the tree gives it. */
  readonly device: string;
  readonly options: Overlay;
}

/** What a file of devices holds (docs/devices-file.md). */
export interface DevicesFile {
  readonly added: readonly AddedDevice[];
  readonly whatIfs: readonly FileWhatIf[];
}

/** Marks the file and the version of its form. */
const VERSION_KEY = 'irqPathDevices';
const VERSION = 1;

/** The text of a file of devices. */
export function writeDevices({ added, whatIfs }: DevicesFile): string {
  return `${JSON.stringify({ [VERSION_KEY]: VERSION, added, whatIfs }, null, 2)}\n`;
}

/** Reads a file of devices. The error says where something is wrong (`3:14: added[0].driver`) and what was expected. */
export function readDevices(text: string): Result<DevicesFile> {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  const lines = indexLines(text);
  const at = (offset: number): string => {
    const { line, character } = lines.position(offset);
    return `${String(line + 1)}:${String(character + 1)}`;
  };
  const [error] = errors;
  if (error) return fail(`${at(error.offset)}: this is not JSON: ${printParseErrorCode(error.error)}`);
  const mistake = root ? mistakeIn(root) : { node: undefined, path: 'the file', expected: 'an object' };
  if (mistake) {
    return fail(`${at(mistake.node?.offset ?? 0)}: ${mistake.path}: expected ${mistake.expected}`);
  }
  const { added = [], whatIfs = [] } = JSON.parse(text) as Partial<DevicesFile>;
  return ok({ added, whatIfs });
}

interface Mistake {
  readonly node: Node | undefined;
  readonly path: string;
  readonly expected: string;
}

type Check = (node: Node, path: string) => Mistake | undefined;

/** Members that are named must be there unless their name ends with `?`; others must not. */
function object(members: Readonly<Record<string, Check>>): Check {
  const names = Object.keys(members).map((name) => name.replace('?', ''));
  return (node, path) => {
    if (node.type !== 'object') return { node, path: path || 'the file', expected: 'an object' };
    const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
    for (const { name, key } of propertiesOf(node)) {
      if (!names.includes(name))
        return { node: key, path: below(name), expected: `one of ${names.join(', ')}` };
    }
    for (const [wanted, check] of Object.entries(members)) {
      const name = wanted.replace('?', '');
      const value = propertiesOf(node).find((property) => property.name === name)?.value;
      if (!value && wanted === name) return { node, path: below(name), expected: 'it to be there' };
      const mistake = value && check(value, below(name));
      if (mistake) return mistake;
    }
    return undefined;
  };
}

function propertiesOf(node: Node): { name: string; key: Node; value: Node }[] {
  return (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    key && value ? [{ name: String(key.value), key, value }] : [],
  );
}

function list(check: Check): Check {
  return (node, path) => {
    if (node.type !== 'array') return { node, path, expected: 'a list' };
    for (const [i, member] of (node.children ?? []).entries()) {
      const mistake = check(member, `${path}[${String(i)}]`);
      if (mistake) return mistake;
    }
    return undefined;
  };
}

function record(check: Check): Check {
  return (node, path) => {
    if (node.type !== 'object') return { node, path, expected: 'an object' };
    for (const { name, value } of propertiesOf(node)) {
      const mistake = check(value, `${path}.${name}`);
      if (mistake) return mistake;
    }
    return undefined;
  };
}

function value(expected: string, fits: (value: unknown) => boolean): Check {
  return (node, path) => (fits(node.value) ? undefined : { node, path, expected });
}

const text = value('a text', (content) => typeof content === 'string' && content !== '');
const driver = value(
  'the name of a device of QEMU',
  (name) => typeof name === 'string' && isDeviceName(name),
);
const count = value(
  'a whole number from 0 on',
  (content) => Number.isSafeInteger(content) && Number(content) >= 0,
);
const optionValue = value('the value as text, e.g. "on"', (content) => typeof content === 'string');
const setting = value('a text or a number', (content) => ['string', 'number'].includes(typeof content));

/** Facts by their names, each with a value that it can have. */
const facts: Check = (node, path) => {
  const mistake = record(optionValue)(node, path);
  if (mistake) return mistake;
  for (const { name, key, value: given } of propertiesOf(node)) {
    const fact = CHANGEABLE_FACTS.find((one) => one.fact === name);
    const names = CHANGEABLE_FACTS.map((one) => one.fact).join(', ');
    if (!fact) return { node: key, path: `${path}.${name}`, expected: `one of ${names}` };
    if (fact.key.parse(String(given.value)) === undefined)
      return { node: given, path: `${path}.${name}`, expected: fact.key.expected };
  }
  return undefined;
};

/** A device whose documented options have values that they can have. */
const added: Check = (node, path) => {
  const mistake = object({
    id: text,
    driver,
    options: record(optionValue),
    'backends?': list(text),
    'facts?': facts,
    'settings?': record(setting),
  })(node, path);
  if (mistake) return mistake;
  const members = propertiesOf(node);
  const name = String(members.find((member) => member.name === 'driver')?.value.value);
  const options = members.find((member) => member.name === 'options')?.value;
  for (const { name: option, value: given } of options ? propertiesOf(options) : []) {
    const doc = optionOfDriver(name, option);
    const problem = doc && valueProblem(doc.type, String(given.value));
    if (problem !== undefined)
      return {
        node: given,
        path: `${path}.options.${option}`,
        expected: problem.replace(/ is expected$/, ''),
      };
  }
  return undefined;
};

const mistakeInFile = object({
  [VERSION_KEY]: value(`the number ${String(VERSION)}`, (content) => content === VERSION),
  'added?': list(added),
  'whatIfs?': list(object({ file: text, machine: count, device: text, options: record(optionValue) })),
});

function mistakeIn(root: Node): Mistake | undefined {
  return mistakeInFile(root, '') ?? repeated(root);
}

/** A member that is there twice: the first was looked at, and the last would be read. */
function repeated(node: Node): Mistake | undefined {
  const names = new Set<string>();
  for (const { name, key } of node.type === 'object' ? propertiesOf(node) : []) {
    if (names.has(name)) return { node: key, path: name, expected: 'it once' };
    names.add(name);
  }
  for (const child of node.children ?? []) {
    const mistake = repeated(child);
    if (mistake) return mistake;
  }
  return undefined;
}
