import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Procedure } from '../engine/step.ts';
import { ioapicMmio, isHeldPending, resampleAtUnmask } from '../machine/kernel/ioapic-mmio.ts';
import type { IoapicMmio } from '../machine/kernel/ioapic-mmio.ts';
import type { ResamplerWiring } from '../machine/kernel/resampler.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { PciMachine } from './vfio-pci-machine.ts';

/** Whether the guest's driver handles in a thread, with IRQF_ONESHOT; the error says what that does not go with. */
export function readHandlerContext(settings: CompleteSettings): Result<'hard' | 'threaded'> {
  if (settings.choice('handlerContext', 'hard') === 'hard') return ok('hard');
  if (settings.choice('arch') === 'arm') {
    return fail('handlerContext=threaded: on Arm, for PCI, it is not modelled (vfio-platform/irqfd has it)');
  }
  if (settings.choice('napi') === 'on') {
    return fail('handlerContext=threaded needs napi=off: a handler in a thread leaves nothing to a softirq');
  }
  return ok('threaded');
}

/** What KVM does with the end of an interrupt whose pin the guest has masked, and with its unmasking. */
export interface OneshotResample {
  readonly defer: ResamplerWiring['defer'];
  /** The IOAPIC's registers: `acked` runs at the end of the interrupt, `resample` signals the resample eventfd. */
  readonly ioapic: (acked: Procedure, resample: Procedure) => IoapicMmio;
}

/**
 * Adds what a guest's threaded ONESHOT handler needs of KVM: the oldest, which injects what is held pending; Linux since
 * 6.3, which asks the resampler instead; and the first versions of that fix, in which the resampler waits until the pin
 * is unmasked.
 */
export function oneshotResample({ m, vcpu, pin }: PciMachine, bugs: ReadonlySet<string>): OneshotResample {
  const { masked } = pin;
  if (bugs.has('oneshot-resample')) {
    const unmasked = { isDue: isHeldPending(pin), procedure: pin.service };
    return { defer: null, ioapic: () => ioapicMmio({ vcpu, pin, unmasked }) };
  }
  if (bugs.has('oneshot-late-signal') || masked === null) {
    return {
      defer: null,
      ioapic: (_, resample) =>
        ioapicMmio({
          vcpu,
          pin,
          unmasked: { isDue: isHeldPending(pin), procedure: resampleAtUnmask(pin, resample) },
        }),
    };
  }
  const deferred = m.field('resample put off', { values: ['no', 'yes'] });
  return {
    defer: { deferred, isDue: (s) => s[masked] === 1 },
    ioapic: (acked) =>
      ioapicMmio({ vcpu, pin, unmasked: { isDue: (s) => s[deferred] === 1, procedure: acked } }),
  };
}
