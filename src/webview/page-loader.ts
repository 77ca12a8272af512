import type { Result } from '../base/result.ts';
import type { Page, PageRequest } from '../protocol/page.ts';
import { rowAt } from './page-rows.ts';

/** Asks for pages, one at a time and each once: the newest wish wins. */
export class PageLoader {
  readonly #ask: (wanted: PageRequest) => Promise<Result<Page>>;
  /** What was asked for last, while no answer is there or when it was an error. */
  #asked: string | null = null;

  constructor(ask: (wanted: PageRequest) => Promise<Result<Page>>) {
    this.#ask = ask;
  }

  /** Asks for a page unless `page` is the one or it was asked for already; `arrived` is told of the newest only. */
  want(wanted: PageRequest, page: Page | null, arrived: (page: Result<Page>) => void): void {
    if (page && isOf(page, wanted) && rowAt(page, wanted.step) !== 'elsewhere') {
      this.#asked = null;
      return;
    }
    const key = JSON.stringify(wanted);
    if (this.#asked === key) return;
    this.#asked = key;
    void this.#ask(wanted).then((answer) => {
      if (this.#asked !== key) return;
      if (answer.ok) this.#asked = null;
      arrived(answer);
    });
  }
}

function isOf({ drawing, reading }: Page, wanted: PageRequest): boolean {
  return drawing === wanted.drawing && JSON.stringify(reading) === JSON.stringify(wanted.reading);
}
