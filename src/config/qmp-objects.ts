/** An object of a QMP session that stands in no other one. */
export interface QmpObject {
  readonly start: number;
  readonly end: number;
  /** False where the next command, or the text, ends before its last bracket. */
  readonly isClosed: boolean;
}

/**
 * The objects that stand in no other one, by their brackets. A mark of its own line begins anew, and so does a command:
 * none stands in another.
 */
export function findQmpObjects(text: string): QmpObject[] {
  const found: QmpObject[] = [];
  let depth = 0;
  let start = 0;
  let isString = false;
  const end = (at: number, isClosed: boolean): void => {
    if (depth > 0 && at - start < LONGEST_COMMAND) {
      const trimmed = isClosed ? at : start + text.slice(start, at).replace(/[\s,]+$/, '').length;
      found.push({ start, end: trimmed, isClosed });
    }
    depth = 0;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\n') {
      isString = false;
      if (text.startsWith('->', i + 1) || text.startsWith('<-', i + 1)) end(i, false);
    } else if (isString) {
      if (c === '\\') i += 1;
      else if (c === '"') isString = false;
    } else if (c === '"') isString = depth > 0;
    else if (c === '{') {
      if (depth > 0 && beginsCommand(text, i)) end(i, false);
      if (depth === 0) start = i;
      depth += 1;
    } else if (c === '}' && depth === 1) end(i + 1, true);
    else if (c === '}' && depth > 0) depth -= 1;
  }
  end(text.length, false);
  return found;
}

function beginsCommand(text: string, at: number): boolean {
  COMMAND.lastIndex = at;
  return COMMAND.test(text);
}

const COMMAND = /\{\s{0,80}"execute"\s{0,80}:/y;
const LONGEST_COMMAND = 100_000;
