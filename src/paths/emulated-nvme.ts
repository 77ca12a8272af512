import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { State } from '../engine/state.ts';
import { procedure } from '../engine/step.ts';
import type { Procedure, Step } from '../engine/step.ts';
import { compareReleases } from '../facts/releases.ts';
import {
  CQ_HEAD_WRITE,
  NVME_SUBMIT_AT,
  SQ_TAIL_WRITE,
  nvmeCompletionIrq,
  nvmeQueueRq,
} from '../machine/guest/nvme-pci-driver.ts';
import { nvmeQueuePair } from '../machine/guest/nvme-queue-pair.ts';
import { blockApplication } from '../machine/guest/virtio-blk-driver.ts';
import { disk } from '../machine/hardware/disk.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import type { Eventfd } from '../machine/kernel/eventfd.ts';
import { ioeventfdOfTwo, ioeventfdWrite } from '../machine/kernel/ioeventfd.ts';
import type { Doorbell } from '../machine/kernel/kvm-io-bus.ts';
import { KVM, MAIN_LOOP } from '../machine/parties.ts';
import { aioNotifier, mainAioContext } from '../machine/qemu/aio-context.ts';
import type { AioHandler } from '../machine/qemu/aio-context.ts';
import { APIC_ADDRESS, APIC_REGISTERS, APIC_TMR_READ } from '../machine/qemu/apic-registers.ts';
import { nvmeController } from '../machine/qemu/nvme.ts';
import type { PciInterrupt } from '../machine/qemu/pci-interrupt.ts';
import { threadPool } from '../machine/qemu/thread-pool.ts';
import { CQ_EVENT_INDEX_STAYS, LINE_LOWERED_LATE } from './emulated-bugs.ts';
import type { EmulatedCore, EmulatedDevice, EmulatedLeg } from './emulated-machine.ts';
import type { EmulatedSide } from './emulated-side.ts';
import type { CompleteSettings } from './read-settings.ts';
import { ARM_PCI_BAR } from './wire-vfio-pci-arm.ts';

/** The largest number of a register that its driver traps on, with those of interrupt controllers in QEMU. */
export const NVME_REGISTERS = APIC_REGISTERS;
/** Where the guest could have put BAR 0, and in it the doorbells of the first pair of I/O queues. */
const BAR = { x86: 0xfebd_0000, arm64: ARM_PCI_BAR } as const;
const SQ_TAIL_DOORBELL = 0x1008;
const CQ_HEAD_DOORBELL = 0x100c;
/** Since then queues are started by bottom halves, and the controller says how far it has read the completion queue. */
const BOTTOM_HALVES_SINCE = '8.0';

/** How the controller is wired. */
export interface NvmeOptions {
  readonly side: EmulatedSide;
  readonly way: PciInterrupt;
  readonly leg: EmulatedLeg;
  /** Whether its doorbells are eventfds of KVM. */
  readonly hasNotifiers: boolean;
  readonly bugs: ReadonlySet<string>;
}

/** Adds an NVMe controller with one pair of I/O queues, its driver, a program and a disk. */
export function emulatedNvme(
  machine: EmulatedCore,
  settings: CompleteSettings,
  qemu: string,
  { side, way, leg, hasNotifiers, bugs }: NvmeOptions,
): Result<EmulatedDevice> {
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
  // With the line the second of them is in the way.
  const hasCqNotifier =
    hasNotifiers && (way.kind === 'msi' || leg === 'kick' || bugs.has(LINE_LOWERED_LATE.name));
  const { m, vcpu, otherCpu } = machine;
  const { cpu } = side;
  const depth = settings.number('queueDepth');
  const queue = nvmeQueuePair(m, depth, hasShadow, hasNotifiers || way.kind === 'line');
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
    hasCqNotifier,
    interrupt: way,
    doorbellMovesEventIndex:
      way.kind === 'line' && leg === 'interrupt' && !bugs.has(CQ_EVENT_INDEX_STAYS.name),
    emptyMark: leg === 'kick' ? 'spurious' : 'empty-kick',
  });
  const sq = hasNotifiers ? eventfd(m, 'sq-notifier') : undefined;
  const cq = hasCqNotifier ? eventfd(m, 'cq-notifier') : undefined;
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
  const handler = nvmeCompletionIrq({
    queue,
    cpu,
    emptyMark: leg === 'interrupt' ? 'spurious' : 'empty-call',
  });
  const submit = (interrupt: Procedure): Procedure =>
    nvmeQueueRq({
      queue,
      cpu,
      interrupt,
      submitted: (s) => {
        s[application.wanted] = 0;
      },
    });
  const program = { application, submitAt: NVME_SUBMIT_AT, submitsWithInterruptsOn: true, submit } as const;
  return ok({
    guest: side.withProgram(program, handler),
    bus: 'memory',
    traced: {
      address: (s) =>
        APIC_ADDRESS[s[vcpu.mmioRegister] as number] ??
        BAR[machine.architecture] + (isCq(s) ? CQ_HEAD_DOORBELL : SQ_TAIL_DOORBELL),
      isRead: (s) => s[vcpu.mmioRegister] === APIC_TMR_READ,
      size: () => 4,
    },
    doorbell: sq ? doorbells(vcpu, sq, cq) : null,
    access: { isRead: () => false, read: null, write: hasCqNotifier ? null : controller.mmioWrite },
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
  });
}

/** The doorbells that are eventfds: both, or that of the submission queue. */
function doorbells({ mmioRegister }: EmulatedCore['vcpu'], sq: Eventfd, cq: Eventfd | undefined): Doorbell {
  const isSq = (s: State): boolean => s[mmioRegister] === SQ_TAIL_WRITE;
  const isCq = (s: State): boolean => s[mmioRegister] === CQ_HEAD_WRITE;
  const first = signalledBy(KVM, sq);
  if (cq === undefined) return { isRung: isSq, write: ioeventfdWrite(first), length: 4 };
  return {
    isRung: (s) => isSq(s) || isCq(s),
    write: ioeventfdOfTwo(first, signalledBy(KVM, cq), isCq),
    length: 4,
  };
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
