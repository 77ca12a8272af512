import type { ShownStep } from '../analysis/simulation.ts';

/** Activation bars: a party is active from the first step that a process runs there until it returns or waits. */
export class Activations {
  readonly #id: (party: string) => string;
  /** Rows after which their process waits, or that are its last. */
  readonly #lastBeforeWaiting: ReadonlySet<ShownStep>;
  readonly #stacks = new Map<string, string[]>();

  constructor(rows: readonly ShownStep[], id: (party: string) => string) {
    this.#id = id;
    const last = new Set<ShownStep>();
    const current = new Map<string, ShownStep>();
    for (const row of rows) {
      const previous = current.get(row.process);
      if (previous && row.wokenBy !== null) last.add(previous);
      current.set(row.process, row);
    }
    for (const row of current.values()) last.add(row);
    this.#lastBeforeWaiting = last;
  }

  /** Lines that follow the message of `row`: bars that begin, and those of callees that have returned. */
  after(row: ShownStep): string[] {
    const stack = this.#stacks.get(row.process) ?? [];
    this.#stacks.set(row.process, stack);
    const lines: string[] = [];
    if (row.entered === 'return') {
      while (stack.length > 0 && stack.at(-1) !== row.party) lines.push(this.#deactivate(stack));
    }
    if (stack.at(-1) !== row.party) {
      stack.push(row.party);
      lines.push(`  activate ${this.#id(row.party)}`);
    }
    return lines;
  }

  /** Lines that end the bars of a process that waits after `row`. */
  end(row: ShownStep): string[] {
    const stack = this.#stacks.get(row.process) ?? [];
    if (!this.#lastBeforeWaiting.has(row)) return [];
    const lines: string[] = [];
    while (stack.length > 0) lines.push(this.#deactivate(stack));
    return lines;
  }

  #deactivate(stack: string[]): string {
    return `  deactivate ${this.#id(stack.pop() ?? '')}`;
  }
}
