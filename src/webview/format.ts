import type { ShownRow } from '../protocol/shown-row.ts';

/** A simulated time for a row: three or four digits and the unit that suits it. */
export function clock(timeNs: number): string {
  if (timeNs < 1_000) return `${Math.round(timeNs)} ns`;
  if (timeNs < 999_950) return `${(timeNs / 1e3).toFixed(1)} µs`;
  if (timeNs < 999_950_000) return `${(timeNs / 1e6).toFixed(1)} ms`;
  return `${(timeNs / 1e9).toFixed(2)} s`;
}

/** What an execution context is called by people. */
export function contextInWords(context: ShownRow['context']): string {
  return context === 'hardirq' ? 'hard IRQ' : context;
}

/** Where a party lives, as the header above its column says it. */
export function homeInWords(home: ShownRow['home']): string {
  switch (home) {
    case 'hardware':
      return 'Hardware';
    case 'kernel':
      return 'Host kernel';
    case 'qemu':
      return 'QEMU';
    case 'process':
      return 'Backend process';
    case 'guest':
      return 'Guest';
  }
}

/** The parts of `Linux virt/kvm/eventfd.c irqfd_inject`; a text of another form is all `function`. */
export interface CodePlace {
  readonly tree: string;
  readonly file: string;
  readonly function: string;
}

/** Takes a step's `at` apart: tree, file and function, whatever follows included. */
export function codePlace(at: string): CodePlace {
  const match = /^(Linux|QEMU) (\S+) (.+)$/s.exec(at);
  if (!match) return { tree: '', file: '', function: at };
  const [, tree = '', file = '', name = ''] = match;
  return { tree, file, function: name };
}

/** How a step moves a virtual CPU, told by the trace point that the kernel emits there. */
export type Crossing = 'exit' | 'entry' | 'userspace';

/** The crossing that a row is, if it is one: a VM exit, a VM entry, or a return to QEMU. */
export function crossing(row: Pick<ShownRow, 'tracepoints'>): Crossing | undefined {
  const emits = (prefix: string): boolean => row.tracepoints.some((line) => line.startsWith(prefix));
  if (emits('kvm:kvm_userspace_exit')) return 'userspace';
  if (emits('kvm:kvm_exit')) return 'exit';
  return emits('kvm:kvm_entry') ? 'entry' : undefined;
}

/** What a crossing is called in a list of steps. */
export function crossingInWords(kind: Crossing): string {
  switch (kind) {
    case 'exit':
      return 'exit';
    case 'entry':
      return 'entry';
    case 'userspace':
      return 'QEMU';
  }
}

/** The text with no line break between a number and its unit, or between `≈` and its number. */
export function unbroken(text: string): string {
  return text.replace(/≈ (?=[+−\d])/g, '≈\u00a0').replace(/(\d) (?=(?:ns|µs|ms|s|%)(?![\w-]))/g, '$1\u00a0');
}

/** A whole number with thin spaces between its thousands. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, '\u202f');
}
