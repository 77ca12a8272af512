import type { TextRange } from '../base/text-range.ts';
import type { CommandOption, Property, SourceText } from './launch-file.ts';
import type { LineIndex } from './line-index.ts';

/** A stretch of the file by its offsets. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Makes options of QEMU out of what a file says in other words, each with the place that says it. */
export class OptionTexts {
  readonly lines: LineIndex;

  constructor(lines: LineIndex) {
    this.lines = lines;
  }

  range({ start, end }: Stretch): TextRange {
    return this.lines.range(start, end);
  }

  /** What follows from something that stands at `at`. */
  derived(text: string, at: Stretch): SourceText {
    return { text, range: this.range(at), known: true };
  }

  /** A property that nothing spells, because of what stands at `at`. */
  implied(key: string, value: string, at: Stretch): Property {
    return this.pair(this.derived(key, at), this.derived(value, at), at);
  }

  /** A property whose key and value stand within `at`. */
  pair(key: SourceText, value: SourceText, at: Stretch): Property {
    return { key, value, valueType: 'text', from: 'device', range: this.range(at) };
  }

  /** `-NAME key=value,…`, said by what stands at `at`. */
  option(name: string, at: Stretch, properties: readonly Property[]): CommandOption {
    const value = properties.map(({ key, value: text }) => `${key.text}=${text?.text ?? ''}`).join(',');
    return {
      name: this.derived(name, at),
      value: this.derived(value, at),
      properties: properties.map((property) => ({ ...property, from: 'option' as const })),
      range: this.range(at),
    };
  }
}
