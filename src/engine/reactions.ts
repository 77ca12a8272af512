import { BitTable } from './bit-table.ts';
import type { CompiledProcess, Model } from './compile.ts';
import { grown } from './edge-list.ts';
import { MoveTable } from './move-table.ts';
import { Recorder } from './recorder.ts';
import { fire, isEnabled, outcomes } from './semantics.ts';
import type { State } from './state.ts';

/** The paths have some hundreds. With more than these, which touches which takes too much memory. */
const MAX_REACTIONS = 1 << 11;

/**
 * What the processes of a model can do, learnt while it is asked. A step touches a few bytes of the state, always in the
 * same order as long as it finds the same values there. So there is a tree for each process: its branches are these
 * bytes, and at its ends are reactions: the moves that are possible next, none if the process waits. Where it has been
 * learnt, no guard and no effect is called any more.
 */
export class Reactions {
  readonly moves = new MoveTable();
  readonly #recorder: Recorder;
  readonly #values: readonly number[];
  /** By reaction, its first move; those of the next begin where they end. */
  #firstMoves = new Int32Array(1 << 8);
  /** By reaction, all bits of the bytes that are read or written, whatever the outcome. */
  readonly #touched: Int32Array[] = [];
  /** By move, the reactions that it touches. */
  readonly #touches = new BitTable();
  /**
   * The roots, one for each process, and the branches behind them: the byte to look at, how many values it has, and
   * where each of these leads to: 0 is not known yet, a positive number is a branch, a negative one minus the number of
   * a reaction.
   */
  #tree = new Int32Array(1 << 10);
  #treeEnd: number;

  constructor(model: Model) {
    this.#recorder = new Recorder(model.stateBytes);
    this.#values = valuesOf(model);
    this.#treeEnd = model.processes.length;
    this.#touched.push(new Int32Array(0));
    this.#firstMoves[1] = this.moves.end;
  }

  /** Whether there are so many that it is better to begin anew. */
  get areTooMany(): boolean {
    return this.#touched.length > MAX_REACTIONS;
  }

  /** The number of what a process can do in a state. */
  in(process: CompiledProcess, s: State): number {
    const tree = this.#tree;
    let place = tree[process.index] as number;
    while (place > 0) {
      const value = s[tree[place] as number] as number;
      if (value >= (tree[place + 1] as number)) break;
      place = tree[place + 2 + value] as number;
    }
    return place < 0 ? -place : this.#learn(process, s);
  }

  /** The first move of a reaction; those of the next one begin where they end. */
  firstMove(reaction: number): number {
    return this.#firstMoves[reaction] as number;
  }

  /** Whether a move may have a process react in another way than before it. */
  touches(move: number, reaction: number): boolean {
    return this.#touches.has(this.moves.row(move), reaction);
  }

  #learn(process: CompiledProcess, s: State): number {
    const recorder = this.#recorder;
    const reaction = this.#touched.length;
    recorder.begin(s);
    const ways = isEnabled(process, recorder.state) ? outcomes(process, recorder.state) : 0;
    for (let choice = 0; choice < ways; choice++) {
      recorder.restore(s);
      const { id } = fire(process, recorder.state, choice);
      this.moves.add(reaction, id, choice, s, recorder.bytes);
    }
    if (reaction + 1 === this.#firstMoves.length) this.#firstMoves = grown(this.#firstMoves);
    this.#firstMoves[reaction + 1] = this.moves.end;
    this.#touched.push(recorder.touchedBits());
    this.#noteTouches(reaction);
    this.#plant(process.index, s, recorder.touched(), reaction);
    return reaction;
  }

  #noteTouches(reaction: number): void {
    const { moves } = this;
    this.#touches.reserve(moves.rows, reaction + 1);
    const first = this.firstMove(reaction);
    for (let move = this.firstMove(1); move < moves.end; move = moves.next(move)) {
      for (let other = move < first ? reaction : 1; other <= reaction; other++) {
        const touched = this.#touched[other] as Int32Array;
        if (moves.changes(move, touched)) this.#touches.add(moves.row(move), other);
      }
    }
  }

  /** Puts a reaction where the values of the touched bytes lead to; nowhere if one is larger than was declared. */
  #plant(root: number, s: State, touched: Iterable<number>, reaction: number): void {
    let place = root;
    for (const byte of touched) {
      const branch = this.#branchAt(place, byte);
      const value = s[byte] as number;
      if (value >= (this.#tree[branch + 1] as number)) return;
      place = branch + 2 + value;
    }
    this.#tree[place] = -reaction;
  }

  /** The branch that a place leads to; if there is none, a new one that looks at `byte`. */
  #branchAt(place: number, byte: number): number {
    const known = this.#tree[place] as number;
    if (known !== 0) return known;
    const branch = this.#treeEnd;
    const values = this.#values[byte] as number;
    this.#treeEnd += 2 + values;
    while (this.#treeEnd > this.#tree.length) this.#tree = grown(this.#tree);
    this.#tree[place] = branch;
    this.#tree[branch] = byte;
    this.#tree[branch + 1] = values;
    return branch;
  }
}

/** By byte of the state: one more than the largest value there. Behind the fields are counters and call stacks. */
function valuesOf({ fields, processes, stateBytes }: Model): number[] {
  const values = Array.from({ length: stateBytes }, (_, byte) => (fields[byte]?.max ?? 0) + 1);
  for (const { counter, stack, depth, steps } of processes) {
    values.fill(steps.length, counter, stack + depth);
  }
  return values;
}
