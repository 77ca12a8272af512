import type { XmlElement } from '../../config/xml/xml-element.ts';

/** A text that is written instead of a stretch of the file, by its offsets. */
export interface Insertion {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * An element more in another, behind what is in it, on a line of its own where the other's parts stand so. Each line of
 * `written` is indented like its parts.
 */
export function asChild(text: string, parent: XmlElement, written: string): Insertion {
  const { startTag, whole, name } = parent;
  const isEmpty = text.slice(startTag.start, startTag.end).endsWith('/>');
  const indent = /(?:^|\n)([ \t]*)$/.exec(text.slice(0, whole.start))?.[1];
  const [first] = parent.children;
  const inside = first && /\n([ \t]*)$/.exec(text.slice(0, first.whole.start))?.[1];
  const step = indent === undefined || inside === undefined ? '  ' : inside.slice(indent.length);
  const deeper = `\n${inside ?? `${indent ?? ''}  `}`;
  if (isEmpty) {
    const lines = indent === undefined ? written : `${deeper}${indented(written, deeper, step)}\n${indent}`;
    return { start: startTag.end - 2, end: startTag.end, text: `>${lines}</${name}>` };
  }
  const end = parent.children.at(-1)?.whole.end ?? startTag.end;
  if (inside === undefined && (parent.children.length > 0 || indent === undefined))
    return { start: end, end, text: written.replaceAll(/\n */g, '') };
  return { start: end, end, text: `${deeper}${indented(written, deeper, step)}` };
}

/** The lines of a text, which are indented by two blanks a level, behind one another with the indentation of the file. */
function indented(written: string, deeper: string, step: string): string {
  return written.replaceAll(/\n((?: {2})*)/g, (_, blanks: string) => deeper + step.repeat(blanks.length / 2));
}
