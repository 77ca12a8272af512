import type { ShownStep } from '../analysis/simulation.ts';

/** Where the arrow to a row comes from. */
interface Source {
  /** Position of the row that it comes from; null if that is not among the rows. */
  readonly position: number | null;
  /** Whether a process waited on the way, and was woken. */
  readonly signalled: boolean;
}

/** What led to each row of a cycle: the step that woke its process, or else the one that its process took before. */
export class Causes {
  readonly #rows: readonly ShownStep[];
  /** Position of the row before in the same process; -1 for the first. */
  readonly #previous: Int32Array;
  readonly #positions: ReadonlyMap<number, number>;

  constructor(rows: readonly ShownStep[]) {
    this.#rows = rows;
    this.#positions = new Map(rows.map(({ index }, position) => [index, position]));
    const last = new Map<string, number>();
    this.#previous = Int32Array.from(rows, ({ process }, position) => {
      const previous = last.get(process) ?? -1;
      last.set(process, position);
      return previous;
    });
  }

  /** Position of the row that woke the process of the row at `position`; undefined if none did or it is not there. */
  wakerOf(position: number): number | undefined {
    const wokenBy = this.#rows[position]?.wokenBy ?? null;
    return wokenBy === null ? undefined : this.#positions.get(wokenBy);
  }

  /**
   * The row at `position` as it is seen where only some rows are: it comes from the last one in sight before it, over
   * all that happened unseen in between.
   */
  seen(position: number, isSeen: (position: number) => boolean): ShownStep {
    const row = this.#rows[position] as ShownStep;
    const source = this.#source(position, isSeen);
    const from = source.position === null ? undefined : this.#rows[source.position];
    return {
      ...row,
      wokenBy: source.signalled ? (from?.index ?? row.wokenBy) : null,
      entered: this.#entered(position, source),
    };
  }

  /** The position that the arrow to the row at `position` comes from; null if it is none in sight. */
  sourceOf(position: number, isSeen: (position: number) => boolean): number | null {
    return this.#source(position, isSeen).position;
  }

  #source(position: number, isSeen: (position: number) => boolean): Source {
    let signalled = false;
    let at = position;
    do {
      const waited = this.#rows[at]?.wokenBy !== null;
      signalled ||= waited;
      const before = waited ? this.wakerOf(at) : this.#previous[at];
      if (before === undefined || before < 0) return { position: null, signalled };
      at = before;
    } while (!isSeen(at));
    return { position: at, signalled };
  }

  /** How the party of the row was entered after the row that it is seen to come from. */
  #entered(position: number, source: Source): ShownStep['entered'] {
    const { party, entered } = this.#rows[position] as ShownStep;
    if (source.signalled || source.position === null) return entered;
    let at = position;
    for (;;) {
      const before = this.#previous[at] as number;
      if (before <= source.position || this.#rows[before]?.party !== party) break;
      at = before;
    }
    return (this.#rows[at] as ShownStep).entered;
  }
}
