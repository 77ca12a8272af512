import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { resumeSteps } from '../machine/guest/e1000-driver.ts';
import type { ResumingDriver } from '../machine/guest/resuming-driver.ts';
import { withInterruptsOn } from '../machine/guest/x86-irq.ts';
import type { LineDelivery } from '../machine/guest/x86-irq.ts';
import { EXIT_PAGE_FAULT } from '../machine/kernel/x86-vcpu.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { PciBase } from './vfio-pci-machine.ts';

/** Ten milliseconds, HZ / 100 in KVM and NANOSECONDS_PER_SECOND / 100 in QEMU. */
export const EOI_PAUSE_NS = 10_000_000;

/** Whether the guest's driver has to come back first; the error says what that does not go with. */
export function readDriver(settings: CompleteSettings): Result<boolean> {
  if (settings.choice('driver', 'ready') === 'ready') return ok(false);
  if (settings.choice('arch') === 'arm') return fail('driver=resuming: on Arm it is not modelled');
  if (settings.choice('napi') === 'on') {
    return fail('driver=resuming needs napi=off: before the driver is back it raises no softirq');
  }
  if (settings.choice('irqchip') !== 'on' && settings.number('mmapTimeoutMs') !== 0) {
    return fail(
      'driver=resuming with an IOAPIC in QEMU needs mmapTimeoutMs=0: two timers of QEMU are not modelled',
    );
  }
  return ok(true);
}

/** Adds a driver that is not back yet. */
export function resumingDriver(machine: PciBase, delivery: LineDelivery): ResumingDriver {
  const isResuming = machine.m.field('e1000 driver', {
    notable: true,
    initial: 1,
    values: ['ready', 'resuming'],
  });
  const wiring = { ...machine, exitReason: EXIT_PAGE_FAULT };
  return {
    isResuming,
    resume: (interrupt) =>
      resumeSteps(wiring, (...stretch) =>
        withInterruptsOn({ vcpu: machine.vcpu, delivery }, interrupt, ...stretch),
      ),
  };
}
