import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { RETURN } from '../../engine/step.ts';
import type { Go, Procedure, Step } from '../../engine/step.ts';
import type { IoapicPin } from './ioapic.ts';

/** The irq source ids of QEMU's lines (`KVM_IRQ_LINE`) and of all resampling irqfds. */
const USERSPACE = 0;
const RESAMPLER = 1;

/** A pin as one irq source sees it. */
export type PinOfSource = Pick<IoapicPin, 'pin' | 'setIrq'>;

/**
 * Adds what a pin remembers of two irq sources, for the time in which one takes the line over from the other. The pin is
 * high while one of them holds it high: who lowers his own changes nothing then, as the interrupt has been sent.
 * Source: Linux arch/x86/kvm/ioapic.c `ioapic_set_irq` (`__kvm_irq_line_state`, under `ioapic->lock`).
 */
export function irqSources(
  m: ModelBuilder,
  { pin, setIrq }: IoapicPin,
): { readonly userspace: PinOfSource; readonly resampler: PinOfSource } {
  const states = m.field('IOAPIC irq_states', { values: ['none', 'QEMU', 'resampler', 'both'] });
  const ofSource = (id: number): PinOfSource => ({
    pin,
    setIrq: (level) => withSource(setIrq(level), states, 1 << id, level),
  });
  return { userspace: ofSource(USERSPACE), resampler: ofSource(RESAMPLER) };
}

/** The same with the source's own level looked after in its first step, which has the lock. */
function withSource(inner: Procedure, states: Field, bit: number, level: 0 | 1): Procedure {
  const [first, ...rest] = Object.entries(inner.steps);
  if (first === undefined) return inner;
  const [label, step] = first;
  const change = (s: State, choice: number): Go<string> => {
    if (level === 1) s[states] = (s[states] as number) | bit;
    else s[states] = (s[states] as number) & ~bit;
    return level === 0 && s[states] !== 0 ? RETURN : step.do?.(s, choice);
  };
  const steps: Readonly<Record<string, Step>> = {
    [label]: { ...step, do: change },
    ...Object.fromEntries(rest),
  };
  return { ...inner, steps };
}
