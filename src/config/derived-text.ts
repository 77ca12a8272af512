import type { TextRange } from '../base/text-range.ts';
import type { LineIndex } from './line-index.ts';

/** Where a variable is used whose value stands elsewhere. */
export interface Use {
  readonly start: number;
  readonly end: number;
}

/** A stretch of a derived text and where it comes from. */
interface Segment {
  readonly at: number;
  readonly length: number;
  readonly source: number;
  readonly sourceLength: number;
  /** Whether both agree letter by letter; otherwise the segment as a whole comes from its source. */
  readonly verbatim: boolean;
  /** The uses that led there, outermost first; empty for what stands where it is read. */
  readonly uses: readonly Use[];
}

/** A text made of parts of a file, and an index that finds the places of its letters in that file. */
export interface DerivedText {
  readonly text: string;
  readonly lines: LineIndex;
}

/**
 * Puts a text together that a reader understands, out of one that it does not: the shell commands of a Makefile,
 * say. Every letter remembers where in the file it comes from.
 */
export class DerivedTextBuilder {
  readonly #source: string;
  readonly #parts: string[] = [];
  readonly #segments: Segment[] = [];
  #length = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get length(): number {
    return this.#length;
  }

  /** The letters of the file from `from` to `to`. */
  copy(from: number, to: number, uses: readonly Use[] = []): void {
    if (to <= from) return;
    this.#add(this.#source.slice(from, to), { source: from, sourceLength: to - from, verbatim: true, uses });
  }

  /** Letters that stand for those of the file from `from` to `to`. */
  insert(text: string, from: number, to = from, uses: readonly Use[] = []): void {
    if (text.length === 0) return;
    this.#add(text, { source: from, sourceLength: to - from, verbatim: false, uses });
  }

  /** The text, with the places that `lines`, the index of the file, gives. */
  build(lines: LineIndex): DerivedText {
    return { text: this.#parts.join(''), lines: new DerivedIndex(this.#segments, lines) };
  }

  #add(text: string, segment: Omit<Segment, 'at' | 'length'>): void {
    this.#segments.push({ ...segment, at: this.#length, length: text.length });
    this.#parts.push(text);
    this.#length += text.length;
  }
}

class DerivedIndex implements LineIndex {
  readonly #segments: readonly Segment[];
  readonly #lines: LineIndex;

  constructor(segments: readonly Segment[], lines: LineIndex) {
    this.#segments = segments;
    this.#lines = lines;
  }

  position(offset: number): TextRange['start'] {
    const segment = this.#segmentAt(offset);
    return this.#lines.position(segment === undefined ? 0 : startIn(segment, offset));
  }

  /** Where both ends come from different places, as far out as they have a place in common. */
  range(start: number, end: number): TextRange {
    const first = this.#segmentAt(start);
    const last = this.#segmentAt(Math.max(start, end - 1));
    if (first === undefined || last === undefined) return this.#lines.range(0, 0);
    let depth = 0;
    while (first.uses[depth] !== undefined && first.uses[depth] === last.uses[depth]) depth += 1;
    const from = first.uses[depth]?.start ?? startIn(first, start);
    const to = last.uses[depth]?.end ?? (end <= start ? from : endIn(last, end));
    return this.#lines.range(from, Math.max(from, to));
  }

  #segmentAt(offset: number): Segment | undefined {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#segments[middle]?.at ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return this.#segments[low];
  }
}

function startIn({ at, length, source, sourceLength, verbatim }: Segment, offset: number): number {
  if (verbatim) return source + Math.min(Math.max(0, offset - at), length);
  return offset >= at + length ? source + sourceLength : source;
}

function endIn({ at, length, source, sourceLength, verbatim }: Segment, end: number): number {
  return verbatim ? source + Math.min(end - at, length) : source + sourceLength;
}
