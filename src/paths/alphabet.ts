import type { CompiledProcess } from '../engine/compile.ts';

/** Numbers and names under which a path's device appears: in a trace those of that host, in the model its own. */
export interface Binding {
  /** Linux interrupt numbers of the device's lines on the host. */
  readonly hostIrqs: readonly number[];
  /** The lines as the guest's distributor numbers them; on x86 the GSIs. */
  readonly intids: readonly number[];
  /** Guest physical address of the page of registers, or of the BAR, of each line. */
  readonly pages: readonly number[];
  /** Their vectors at the guest's local APIC, where there is one. */
  readonly vectors?: readonly number[];
  /** Offsets in that page, of each line, of the register that shows its status and of the one that clears it; empty: unknown. */
  readonly registers: readonly { readonly status: number; readonly clear: number }[];
}

/** One kind of event that a path claims to know. */
export interface Claim {
  /**
   * The event in words that the model and every trace can have, e.g. `kvm:kvm_irq_line 0 level 1`, from what stands
   * behind its name; null if this one is of somebody else. The name itself if left out.
   */
  readonly event?: (args: string, binding: Binding) => string | null;
  /** Of a traced function: only calls by one of these count. */
  readonly callers?: readonly string[];
  /**
   * Counts only right behind one of these in the same context: of a function that is called for other interrupts as
   * well, the line does not say for which, and the one before it does. `any` is any event that counts.
   */
  readonly follows?: readonly string[] | 'any';
  /** Names of lines without which this event cannot be told, so that a trace that has none of them does not show it. */
  readonly needs?: readonly string[];
}

/** What a path knows of traces. All else is ignored by its name. */
export interface Alphabet {
  readonly claims: Readonly<Record<string, Claim>>;
  /** Lines that are no event, but say whether the one behind them is about this device. */
  readonly witnesses: Readonly<Record<string, (args: string, binding: Binding) => boolean>>;
  /** Names of lines that may stand between an event and one that must follow it. */
  readonly transparent: readonly string[];
  /** In which context a thread of that name runs; null if it is not one that takes part. */
  readonly threadContext: (comm: string) => string | null;
  /** The context of a process of the model, in the same words. */
  readonly processContext: (process: CompiledProcess) => string;
  /** Whether an event, in the words of the claims, begins a cycle; absent: the handler of an interrupt of the host. */
  readonly beginsCycle?: (event: string) => boolean;
  /** The model's own numbers. */
  readonly model: Binding;
  /** The numbers of a trace, as far as its events tell; registers are unknown. */
  readonly findBinding: (events: Iterable<{ readonly name: string; readonly args: string }>) => Binding;
}

/** The context of everything that runs in a hard interrupt, whichever thread it interrupted. */
export const HARD_IRQ = 'hard IRQ';
