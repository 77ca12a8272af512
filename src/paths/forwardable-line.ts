import type { Field } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import { irqfd } from '../machine/kernel/irqfd.ts';
import { irqfdResamplerAck } from '../machine/kernel/resampler.ts';
import { forwardableIrq } from '../machine/kernel/vfio-platform-forwardable.ts';
import type { ForwardableIrq } from '../machine/kernel/vfio-platform-forwardable.ts';
import { mappedIrq } from '../machine/kernel/vgic-mapped.ts';
import type { PhysicalIrq } from '../machine/kernel/vgic-mapped.ts';
import { virqfd } from '../machine/kernel/virqfd.ts';
import { KVM, VFIO_PLATFORM } from '../machine/parties.ts';
import type { PlatformLine, PlatformMachine } from './vfio-platform-machine.ts';

/** A line that may be forwarded, with the irqfd that injects it and the resampler for as long as it is not. */
export interface ForwardableLine extends PlatformLine {
  readonly physical: PhysicalIrq;
  readonly vfio: ForwardableIrq;
  /** What KVM does at the guest's end of an interrupt that is not forwarded. */
  readonly acked: Procedure;
}

/** What is common to the lines. */
export interface ForwardableLineOptions {
  /** IRQD_FORWARDED_TO_VCPU. */
  readonly forwarded: Field;
  /** `vgic_irq.hw`. */
  readonly hw: Field;
  /** Whether KVM injects in the context of the eventfd's signaller. */
  readonly atomic: boolean;
  /** CPU whose worker injects otherwise. */
  readonly cpu: number;
  /** Known bug: nobody lowers the line of a forwarded interrupt. */
  readonly lineNeverLowered: boolean;
}

/** Adds what a line needs to be forwarded. */
export function forwardableLine(
  { m, vcpu }: PlatformMachine,
  line: PlatformLine,
  { forwarded, hw, atomic, cpu, lineNeverLowered }: ForwardableLineOptions,
): ForwardableLine {
  const { suffix, gic, gsi, trigger, descriptor } = line;
  const physical = {
    hw,
    lrHw: m.field(`LR HW bit${suffix}`, { notable: true, values: ['0', '1'] }),
    gic,
    queued: lineNeverLowered ? m.field(`vGIC queued${suffix}`, { values: ['no', 'yes'] }) : null,
  };
  const irq = mappedIrq(line.irq, physical);
  const wakeup = irqfd(m, { suffix, eventfd: trigger, raise: irq.inject(1, vcpu), gsi, atomic, cpu });
  const signal = signalledBy(VFIO_PLATFORM, trigger, wakeup);
  const vfio = forwardableIrq(m, { suffix, descriptor, trigger: signal }, forwarded);
  const resample = eventfd(m, `resample${suffix}`);
  return {
    ...line,
    irq,
    physical,
    vfio,
    acked: irqfdResamplerAck({
      suffix,
      lower: irq.inject(0, vcpu),
      resample: signalledBy(KVM, resample, virqfd(suffix, resample, vfio.automask.unmask)).signal,
      gsi,
      defer: null,
    }),
  };
}
