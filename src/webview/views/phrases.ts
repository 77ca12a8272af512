import type { Phrase } from '../../protocol/panel-state.ts';
import { element } from '../dom.ts';
import { unbroken } from '../format.ts';

/** The parts of a sentence, the strong ones marked. */
export function phraseNodes(phrases: readonly Phrase[]): (Node | string)[] {
  return phrases.map(({ text, strong }) => {
    const words = unbroken(text);
    return strong ? element('strong', {}, words) : words;
  });
}
