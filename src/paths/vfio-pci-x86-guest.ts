import type { Procedure } from '../engine/step.ts';
import { e1000Clean, e1000Intr } from '../machine/guest/e1000-driver.ts';
import { withInterruptsOn, x86Guest } from '../machine/guest/x86-irq.ts';
import type { X86IrqWiring } from '../machine/guest/x86-irq.ts';
import { x86Oneshot } from '../machine/guest/x86-oneshot.ts';
import { x86OtherWork } from '../machine/guest/x86-other-work.ts';
import { EXIT_PAGE_FAULT } from '../machine/kernel/x86-vcpu.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { PciBase } from './vfio-pci-machine.ts';
import type { Neighbour } from './vfio-pci-neighbour.ts';
import { resumingDriver } from './vfio-pci-resuming.ts';

/** Whether the guest's driver handles its interrupts in a thread. */
export function isThreaded(settings: CompleteSettings): boolean {
  return settings.choice('handlerContext', 'hard') === 'threaded';
}

/** Whether the driver has to come back before it handles anything. */
export function isResuming(settings: CompleteSettings): boolean {
  return settings.choice('driver', 'ready') === 'resuming';
}

/** What the guest runs: its kernel, the driver of the assigned function and whoever shares its line. */
export function e1000Guest(
  machine: PciBase,
  settings: CompleteSettings,
  { end, delivery }: Pick<X86IrqWiring, 'end' | 'delivery'>,
  neighbour: Neighbour | undefined,
): Procedure {
  const { napi, vcpu } = machine;
  const wiring = { ...machine, exitReason: EXIT_PAGE_FAULT };
  const load = settings.choice('guest') as 'idle' | 'busy';
  const work = { vcpu, slot: machine.slot };
  const handler = e1000Intr({
    ...wiring,
    accesses: settings.number('accesses'),
    ...(neighbour ? { handled: neighbour.handled } : {}),
  });
  return x86Guest({
    vcpu,
    delivery,
    end,
    load,
    otherWork: machine.isReal
      ? x86OtherWork({
          ...work,
          label: 'other-work',
          again: 'next-work',
          at: 'Linux kernel/sched/idle.c do_idle, drivers/net/ethernet/intel/e1000/e1000_main.c e1000_xmit_frame, any other code',
          end: load === 'idle' ? 'halt' : null,
        })
      : null,
    handler,
    ...(isResuming(settings) ? { resuming: resumingDriver(machine, delivery) } : {}),
    ...(neighbour ? { shared: neighbour } : {}),
    ...(isThreaded(settings) ? { oneshot: x86Oneshot(vcpu, handler) } : {}),
    softirq:
      napi === null
        ? null
        : {
            raised: napi,
            run: (interrupt) =>
              e1000Clean(
                wiring,
                (...stretch) => withInterruptsOn({ vcpu, delivery }, interrupt, ...stretch),
                machine.isReal
                  ? x86OtherWork({
                      ...work,
                      label: 'poll-work',
                      again: 'before-poll-work',
                      at: 'Linux drivers/net/ethernet/intel/e1000/e1000_main.c e1000_clean_rx_irq, e1000_xmit_frame',
                      end: { to: 'before-write-ims' },
                    })
                  : null,
              ),
          },
  });
}
