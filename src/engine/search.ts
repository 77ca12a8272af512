import type { CompiledProcess } from './compile.ts';
import { choiceOf, stepOf } from './edge-list.ts';
import { Frontier } from './frontier.ts';
import { localSteps } from './local-steps.ts';
import { NO_MOVE, NO_REACTION } from './move-table.ts';
import type { Edge, ReachableGraph } from './reachable-graph.ts';
import { Reactions } from './reactions.ts';
import { Squares } from './squares.ts';
import type { WorkState } from './state-set.ts';
import type { State } from './state.ts';

/** Who watches an exploration. */
export interface ExploreVisitor {
  /** Called once for each state, with how many things can happen in it. */
  readonly state?: (index: number, state: State, successors: number) => void;
  /** Ids of steps whose edges are of interest. */
  readonly watched?: ReadonlySet<number>;
  /** Called for each edge of a watched step, the nearest first, with the state it leads to; true ends the search. */
  readonly edge?: (edge: Edge, after: State) => boolean;
}

/** The inner loop of an exploration. Not in the generator itself, which takes longer for the same. */
export class Search {
  readonly #graph: ReachableGraph;
  readonly #visitor: ExploreVisitor;
  #reactions: Reactions;
  readonly #squares: Squares;
  /** By id of the step: 1 if it is to go before all else; undefined if none is. */
  readonly #first: Uint8Array | undefined;
  readonly #watched: Uint8Array;
  /** The state that is looked at. */
  readonly #work: WorkState;
  /** Of the states to look at, what was known when they were met. */
  readonly #frontier: Frontier;
  /** By process, its reaction: in the state before, then in this one. Last, the move that reached it first. */
  readonly #now: Int32Array;
  /** By process: 1 if it could do the same before the move that reached the state. */
  readonly #asBefore: Uint8Array;

  constructor(graph: ReachableGraph, reduce: boolean, visitor: ExploreVisitor) {
    const { model, states } = graph;
    const { processes, steps } = model;
    this.#graph = graph;
    this.#visitor = visitor;
    this.#reactions = new Reactions(model);
    this.#squares = new Squares(graph);
    this.#first = reduce ? localSteps(model) : undefined;
    this.#watched = Uint8Array.from(steps, ({ id }) => (visitor.watched?.has(id) === true ? 1 : 0));
    this.#work = states.buffer();
    this.#now = new Int32Array(processes.length + 1);
    this.#frontier = new Frontier(this.#now.length);
    this.#asBefore = new Uint8Array(processes.length);
  }

  /** Adds the state in which all begins. */
  start(state: State): void {
    this.#work.state.set(state);
    this.#graph.states.add(this.#work);
    this.#frontier.add(this.#now);
  }

  /**
   * Does all that can happen in the next state, that of number `index`, adding what is new to the graph; true if the
   * visitor wants no more.
   */
  expand(index: number): boolean {
    const { states, edges } = this.#graph;
    const { state } = this.#work;
    const reactions = this.#reactions;
    states.read(index, this.#work);
    const hash = states.hash(index);
    this.#frontier.take(this.#now);
    const arrival = this.#now[this.#now.length - 1] as number;
    const { moves } = this.#reactions;
    this.#react(state, arrival);
    if (arrival !== NO_MOVE) this.#squares.begin(index, moves.outcome(arrival));
    const alone = this.#alone();
    const end = alone < 0 ? this.#asBefore.length : alone + 1;
    const before = edges.size;
    let ended = false;
    for (let process = alone < 0 ? 0 : alone; process < end; process++) {
      const reaction = this.#now[process] as number;
      const endOfMoves = reactions.firstMove(reaction + 1);
      for (let move = reactions.firstMove(reaction); move < endOfMoves; move = moves.next(move)) {
        const isSquare = this.#asBefore[process] === 1 && !reactions.touches(move, moves.reaction(arrival));
        const outcome = moves.outcome(move);
        const known = isSquare ? this.#squares.corner(outcome) : -1;
        if (known < 0) this.#take(move, hash);
        else edges.add(known, outcome);
        if (this.#watched[stepOf(outcome)] === 1 && this.#show(index, move)) ended = true;
      }
    }
    edges.closeState();
    this.#visitor.state?.(index, state, edges.size - before);
    if (reactions.areTooMany) this.#forget();
    return ended;
  }

  /** Finds out what each process can do: the same as before, if the move that reached the state touches nothing of that. */
  #react(state: State, arrival: number): void {
    const { processes } = this.#graph.model;
    const reactions = this.#reactions;
    const now = this.#now;
    for (let i = 0; i < processes.length; i++) {
      const before = now[i] as number;
      if (before !== NO_REACTION && !reactions.touches(arrival, before)) {
        this.#asBefore[i] = 1;
      } else {
        this.#asBefore[i] = 0;
        now[i] = reactions.in(processes[i] as CompiledProcess, state);
      }
    }
  }

  /** The process that is to go alone; -1 if there is none. */
  #alone(): number {
    if (this.#first === undefined) return -1;
    const reactions = this.#reactions;
    for (let process = 0; process < this.#asBefore.length; process++) {
      const reaction = this.#now[process] as number;
      const move = reactions.firstMove(reaction);
      if (move === reactions.firstMove(reaction + 1)) continue;
      if (this.#first[stepOf(reactions.moves.outcome(move))] === 1) return process;
    }
    return -1;
  }

  /** Makes a move from a state with that hash, looks up the state that it leads to, and adds that if it is new. */
  #take(move: number, hash: number): void {
    const { states, edges } = this.#graph;
    const { moves } = this.#reactions;
    const { words } = this.#work;
    moves.flip(move, words);
    const added = states.addHashed(words, hash ^ moves.hashFlip(move));
    moves.flip(move, words);
    edges.add(added < 0 ? -added - 1 : added, moves.outcome(move));
    if (added >= 0) return;
    this.#graph.recordReached(-added - 1);
    this.#now[this.#asBefore.length] = move;
    this.#frontier.add(this.#now);
  }

  /** Shows the newest edge to the visitor; true if that wants no more. */
  #show(from: number, move: number): boolean {
    const { model, edges } = this.#graph;
    const { moves } = this.#reactions;
    const { words, state } = this.#work;
    const outcome = moves.outcome(move);
    const step = stepOf(outcome);
    const process = model.steps[step]?.process ?? 0;
    const edge = { from, to: edges.to(edges.size - 1), step, process, choice: choiceOf(outcome) };
    moves.flip(move, words);
    const isEnough = this.#visitor.edge?.(edge, state) === true;
    moves.flip(move, words);
    return isEnough;
  }

  /** Begins to learn anew. */
  #forget(): void {
    this.#reactions = new Reactions(this.#graph.model);
    this.#frontier.clear();
  }
}
