import { findNodeAtLocation, parseTree, type Node, type ParseError } from 'jsonc-parser';
import { nearestName } from '../base/nearest-name.ts';
import { isTooDeep, jsonProblem } from './json-object.ts';
import type { LineIndex } from './line-index.ts';
import type { Problem } from './problem.ts';
import type { QmpObject } from './qmp-objects.ts';
import type { Stretch } from './shell-commands.ts';
import { unterminatedQuote } from './unterminated.ts';

/** A command of QMP that has its like on the command line. */
export interface QmpCommand {
  /** The option that it is like, e.g. `device`. */
  readonly option: string;
  readonly at: Stretch;
  readonly arguments: Stretch;
  /** Whether its JSON is right. */
  readonly isWhole: boolean;
}

/** Reads an object of a session; undefined if it is an answer, another command, or too broken to be one. */
export function readQmpCommand(
  text: string,
  object: QmpObject,
  lines: LineIndex,
  problems: Problem[],
): QmpCommand | undefined {
  const { start, end } = object;
  const written = text.slice(start, end);
  if (!written.includes('"execute"') || isTooDeep(written)) return undefined;
  const errors: ParseError[] = [];
  const root = parseTree(written, errors, { disallowComments: true });
  const broken = whatBreaks(object, errors[0], lines);
  if (broken !== undefined) problems.push(broken);
  const execute = root && findNodeAtLocation(root, ['execute']);
  if (root === undefined || execute === undefined) return undefined;
  const place = ({ offset, length }: Node): Stretch => {
    return { start: start + offset, end: start + offset + length };
  };
  const complain = (code: string, message: string, node: Node): void => {
    const at = place(node);
    problems.push({ code, severity: 'error', message, range: lines.range(at.start, at.end) });
  };
  const name = String(execute.value);
  const option = COMMANDS.get(name);
  const meant = option === undefined ? meantCommand(name) : undefined;
  if (meant !== undefined) {
    complain('unknown-command', `QMP has no command ${name}; did you mean ${meant}?`, execute);
  }
  if (option === undefined) return undefined;
  const unknown = (root.children ?? [])
    .map(({ children }) => children?.[0])
    .find((key) => key !== undefined && !MEMBERS.includes(String(key.value)));
  const parameters = findNodeAtLocation(root, ['arguments']);
  if (unknown !== undefined) {
    const message = `QMP refuses a command with '${String(unknown.value)}'; expected arguments or id`;
    complain('unknown-member', message, unknown);
  } else if (parameters?.type !== 'object' && broken === undefined) {
    const message = `${name} needs "arguments": { … } with what it makes`;
    complain('missing-arguments', message, parameters ?? execute);
  }
  return parameters?.type === 'object'
    ? { option, at: place(execute), arguments: place(parameters), isWhole: broken === undefined }
    : undefined;
}

/** What follows from the first mistake is of no use. */
function whatBreaks(
  { start, end, isClosed }: QmpObject,
  error: ParseError | undefined,
  lines: LineIndex,
): Problem | undefined {
  const isInside = error !== undefined && start + error.offset + error.length < end;
  if (error !== undefined && (isClosed || isInside)) return jsonProblem(error, start, lines);
  if (isClosed) return undefined;
  return unterminatedQuote('{', '}', 'the next command, or the text, ends it', start, lines);
}

function meantCommand(name: string): string | undefined {
  const nearest = OTHERS.has(name) ? undefined : nearestName(name, [...COMMANDS.keys(), ...OTHERS]);
  return nearest !== undefined && COMMANDS.has(nearest) ? nearest : undefined;
}

/** What commands of QMP are on a command line. */
const COMMANDS: ReadonlyMap<string, string> = new Map([
  ['device_add', 'device'],
  ['object-add', 'object'],
  ['netdev_add', 'netdev'],
  ['chardev-add', 'chardev'],
  ['blockdev-add', 'blockdev'],
]);

/** Commands with names like these, which are no mistakes (QEMU qapi/). */
const OTHERS: ReadonlySet<string> = new Set([
  'device_del',
  'device-sync-config',
  'object-del',
  'netdev_del',
  'chardev-remove',
  'chardev-change',
  'blockdev-del',
  'blockdev-backup',
  'blockdev-create',
  'blockdev-mirror',
  'blockdev-reopen',
]);

/** QEMU qapi/qmp-dispatch.c qmp_dispatch_check_obj; `control` is of the 2.12 series. */
const MEMBERS: readonly string[] = ['execute', 'arguments', 'id', 'control'];
