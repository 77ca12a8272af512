import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { State } from '../engine/state.ts';
import { procedure } from '../engine/step.ts';
import type { Procedure, Step } from '../engine/step.ts';
import { compareReleases } from '../facts/releases.ts';
import {
  CQ_HEAD_WRITE,
  NVME_SUBMIT_AT,
  nvmeCompletionIrq,
  nvmeQueueRq,
} from '../machine/guest/nvme-pci-driver.ts';
import { nvmeQueuePair } from '../machine/guest/nvme-queue-pair.ts';
import { blockApplication } from '../machine/guest/virtio-blk-driver.ts';
import { disk } from '../machine/hardware/disk.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import type { Eventfd } from '../machine/kernel/eventfd.ts';
import { ioeventfdOfTwo } from '../machine/kernel/ioeventfd.ts';
import { signalMsi } from '../machine/kernel/kvm-msi.ts';
import { KVM, MAIN_LOOP, QEMU_NVME } from '../machine/parties.ts';
import { aioNotifier, mainAioContext } from '../machine/qemu/aio-context.ts';
import type { AioHandler } from '../machine/qemu/aio-context.ts';
import { nvmeController } from '../machine/qemu/nvme.ts';
import { threadPool } from '../machine/qemu/thread-pool.ts';
import type { EdgeVector } from './emulated-interrupt.ts';
import type { EmulatedDevice, EmulatedLeg, EmulatedMachine } from './emulated-machine.ts';
import type { CompleteSettings } from './read-settings.ts';

/** The largest number of a register of an NVMe controller that its driver traps on. */
export const NVME_REGISTERS = CQ_HEAD_WRITE;
/** Where a guest's firmware could have put BAR 0: the doorbells of the first pair of I/O queues. */
const SQ_TAIL_DOORBELL = 0xfebd_1008;
const CQ_HEAD_DOORBELL = 0xfebd_100c;
/** Since then queues are started by bottom halves, and the controller says how far it has read the completion queue. */
const BOTTOM_HALVES_SINCE = '8.0';

/** Adds an NVMe controller with one pair of I/O queues, its driver, a program and a disk. */
export function emulatedNvme(
  machine: EmulatedMachine,
  { lapic, delivery }: EdgeVector,
  settings: CompleteSettings,
  qemu: string,
  { leg, hasNotifiers }: { readonly leg: EmulatedLeg; readonly hasNotifiers: boolean },
): Result<{ readonly device: EmulatedDevice; readonly handler: Procedure }> {
  if (compareReleases(qemu, BOTTOM_HALVES_SINCE) < 0) {
    return fail(
      `device=nvme: QEMU ${qemu} starts its queues by timers; modelled from ${BOTTOM_HALVES_SINCE} on`,
    );
  }
  const hasShadow = settings.choice('shadowDoorbells') === 'on';
  if (hasNotifiers && !hasShadow) {
    return fail(
      'ioeventfd=on is without effect unless the guest sets up shadow doorbells (shadowDoorbells=on)',
    );
  }
  const { m, vcpu, otherCpu } = machine;
  const depth = settings.number('queueDepth');
  const queue = nvmeQueuePair(m, depth, hasShadow, hasNotifiers);
  const drive = disk(m, depth);
  const application = blockApplication(m, queue, depth);
  const notifier = aioNotifier(m);
  const finished = threadPool(m, { disk: drive, notifier, depth, cpu: machine.poolCpu });
  const controller = nvmeController(m, {
    queue,
    vcpu,
    disk: drive,
    depth,
    notifier,
    finished,
    hasNotifiers,
    interrupt: nvmeIrqAssert(signalMsi(lapic)),
    emptyMark: leg === 'kick' ? 'spurious' : 'empty-kick',
  });
  const [sq, cq] = hasNotifiers ? [eventfd(m, 'sq-notifier'), eventfd(m, 'cq-notifier')] : [];
  const ioHandlers: AioHandler[] = [];
  if (sq) ioHandlers.push(notifierRead(sq, controller.processSq, 'nvme_sq_notifier'));
  if (cq && controller.updateHead)
    ioHandlers.push(notifierRead(cq, controller.updateHead, 'nvme_cq_notifier'));
  m.process(
    'main loop',
    { kind: 'thread', cpu: otherCpu },
    mainAioContext(m, {
      lock: machine.lock,
      notifier,
      bottomHalf: controller.bottomHalf,
      handlers: [],
      ioHandlers,
    }),
  );
  const isIdle =
    ({ count }: Eventfd): ((s: State) => boolean) =>
    (s) =>
      s[count] === 0;
  const areIdle = [sq, cq].flatMap((one) => (one ? [isIdle(one)] : []));
  const isCq = (s: State): boolean => s[vcpu.mmioRegister] === CQ_HEAD_WRITE;
  return ok({
    handler: nvmeCompletionIrq({ queue, vcpu, emptyMark: leg === 'interrupt' ? 'spurious' : 'empty-call' }),
    device: {
      guest: {
        program: {
          application,
          submitAt: NVME_SUBMIT_AT,
          submitsWithInterruptsOn: true,
          submit: (interrupt) =>
            nvmeQueueRq({
              queue,
              vcpu,
              delivery,
              interrupt,
              submitted: (s) => {
                s[application.wanted] = 0;
              },
            }),
        },
      },
      bus: 'memory',
      traced: {
        address: (s) => (isCq(s) ? CQ_HEAD_DOORBELL : SQ_TAIL_DOORBELL),
        isRead: () => false,
        size: () => 4,
      },
      doorbell:
        sq && cq
          ? {
              isRung: (s) => s[vcpu.mmioRegister] !== 0,
              write: ioeventfdOfTwo(signalledBy(KVM, sq), signalledBy(KVM, cq), isCq),
              length: 4,
            }
          : null,
      access: { isRead: () => false, read: null, write: hasNotifiers ? null : controller.mmioWrite },
      legs: {
        kick: {
          source: {
            name: 'sq1',
            asserted: (s) => s[queue.submitted] !== 0,
            masked: (s) => queue.shadow?.isTailEventWanted(s) === false,
            // The queue may never run empty while commands are taken from it.
            handlerLabel: 'find-nothing',
          },
          takenMark: 'request-taken',
          isAtRest: (s) =>
            s[queue.submitted] === 0 &&
            queue.shadow?.isTailEventWanted(s) !== false &&
            controller.isKickAtRest(s) &&
            (sq === undefined || s[sq.count] === 0),
        },
        interrupt: {
          source: {
            name: 'cq1',
            asserted: (s) => s[queue.completions] !== 0,
            masked: () => false,
            handlerLabel: 'call-handler',
          },
          takenMark: 'guest-irq',
          isAtRest: (s) =>
            s[queue.completions] === 0 && controller.isCallAtRest(s) && areIdle.every((idle) => idle(s)),
        },
      },
      costs: { diskService: settings.number('serviceUs') * 1000 },
    },
  });
}

/** `nvme_irq_assert` with MSI-X: a message each time; none is masked. */
function nvmeIrqAssert(send: Procedure): Procedure {
  return procedure(QEMU_NVME, 'nvme_irq_assert', {
    'notify-vector': {
      at: 'QEMU hw/nvme/ctrl.c nvme_irq_assert (msix_notify, kvm_send_msi)',
      emits: ['qemu:pci_nvme_irq_msix raising MSI-X IRQ vector 1'],
      cost: 'deviceModel',
      call: send,
    },
  });
}

/** The main loop's handler of a doorbell's eventfd. Source: QEMU hw/nvme/ctrl.c `nvme_sq_notifier`, `nvme_cq_notifier`. */
function notifierRead(own: Eventfd, handler: Procedure, name: string): AioHandler {
  const { name: label, count } = own;
  const read: Step<never> = {
    at: `QEMU hw/nvme/ctrl.c ${name} (event_notifier_test_and_clear)`,
    cost: 'eventfdRead',
    emits: ['syscalls:sys_enter_read', 'function:eventfd_read'],
    do: (s) => {
      s[count] = 0;
    },
    call: handler,
  };
  return { name: label, eventfd: own, handler: procedure(MAIN_LOOP, name, { [`read-${label}`]: read }) };
}
