import type { TextRange } from '../../src/base/text-range.ts';
import type { VmDescription } from '../../src/config/launch-file.ts';

/** The text that a range covers. */
export function at(text: string, { start, end }: TextRange): string {
  const lines = text.split(/(?<=\n)/);
  const offset = ({ line, character }: TextRange['start']): number =>
    lines.slice(0, line).reduce((sum, { length }) => sum + length, 0) + character;
  return text.slice(offset(start), offset(end));
}

/** Each device with its properties; what is not known in angle brackets. */
export function devices({ devices: found }: VmDescription): string[] {
  return found.map(({ driver, properties }) =>
    [driver, ...properties.flatMap(({ key, value }) => (value === null ? [key] : [value]))]
      .map(({ text, known }) => (known ? text : `<${text}>`))
      .join(' '),
  );
}
