import type { ShownStep } from '../analysis/simulation.ts';
import type { CycleEvent } from '../trace/trace-cycle.ts';

/** The guest, as the party that a vCPU thread enters and leaves. */
const GUEST = 'Guest';

/**
 * One cycle of a real trace as rows of a diagram: each event in the context that printed it. Who woke whom is not in a
 * trace; an open arrow leads to the first event of a context from the event before it.
 */
export function traceRows(events: readonly CycleEvent[]): ShownStep[] {
  const seen = new Set<string>();
  let previous: { readonly context: string; readonly index: number } | null = null;
  return events.map(({ context, label, event }, index) => {
    const entersGuest = label === 'kvm_entry';
    const isFirst = !seen.has(context);
    seen.add(context);
    const wokenBy = isFirst && previous !== null && previous.context !== context ? previous.index : null;
    previous = { context, index };
    return {
      index,
      party: entersGuest ? GUEST : partyOf(context),
      home: entersGuest ? 'guest' : homeOf(context),
      process: context,
      context: entersGuest ? 'guest' : context === 'hard IRQ' ? 'hardirq' : 'thread',
      label,
      at: `trace point ${event.name}`,
      tracepoints: label.startsWith('kvm_exit') ? [`kvm:${label}`] : entersGuest ? ['kvm:kvm_entry'] : [],
      marks: [],
      changes: [],
      wokenBy,
      entered: entersGuest ? 'call' : label.startsWith('kvm_exit') ? 'return' : 'next',
    };
  });
}

function partyOf(context: string): string {
  return context.startsWith('vCPU') ? `KVM, ${context}` : context;
}

function homeOf(context: string): ShownStep['home'] {
  return context === 'QEMU main loop' || context.startsWith('IO ') || context.startsWith('QEMU thread')
    ? 'qemu'
    : 'kernel';
}
