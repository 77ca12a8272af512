import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Field, State } from '../engine/state.ts';
import { procedure, RETURN } from '../engine/step.ts';
import type { Party, Procedure } from '../engine/step.ts';
import { vectorChange } from '../machine/guest/msix-vector.ts';
import type { GuestTask } from '../machine/guest/x86-edge-guest.ts';
import { signalMsi } from '../machine/kernel/kvm-msi.ts';
import { msiIrqfd } from '../machine/kernel/msi-irqfd-assign.ts';
import type { MsiIrqfd } from '../machine/kernel/msi-irqfd-assign.ts';
import { VCPU_THREAD } from '../machine/parties.ts';
import type { EmulatedAccess } from '../machine/qemu/emulating-vcpu-thread.ts';
import { msixTable } from '../machine/qemu/msix-table.ts';
import {
  isVectorControl,
  MASK_QUEUE_VECTOR,
  msixNotifyUnmasked,
  UNMASK_QUEUE_VECTOR,
  writeIrqfdVector,
  writeSentVector,
} from '../machine/qemu/virtio-pci-vector.ts';
import type { ChoiceSetting, KnownBug, NumberSetting } from './path.ts';
import type { CompleteSettings } from './read-settings.ts';
import { x86Irqfd } from './virtio-call-target.ts';
import type { MessageTarget } from './virtio-call-target.ts';
import type { GuestInterrupt } from './virtio-interrupt.ts';
import type { VirtioMachine } from './virtio-machine.ts';
import type { Ways } from './virtio-settings.ts';

/** What the guest does to the vector of the queue while it is in use. */
export const QUEUE_VECTOR_SETTINGS: readonly [ChoiceSetting, NumberSetting] = [
  {
    name: 'vectorChange',
    kind: 'choice',
    choices: ['none', 'mask'],
    default: 'none',
    description:
      'mask: the guest moves its vector again and again (masks, rewrites, unmasks it: each a write that leaves to QEMU), as irqbalance has it do; what the device notifies meanwhile is kept',
  },
  {
    name: 'vectorChangeUs',
    kind: 'number',
    unit: 'us',
    default: 500,
    minimum: 1,
    maximum: 3_600_000_000,
    description: 'time until such a change, and from one to the next',
    onlyWith: { setting: 'vectorChange', values: ['mask'] },
  },
];

/** No release has it; it is there to show what the look at the eventfd is for. */
export const ASSIGNED_UNSEEN: KnownBug = {
  name: 'irqfd-assigned-unseen',
  title:
    'An irqfd that does not look at its eventfd when it is assigned: what was signalled while the vector was masked is forgotten',
  introducedIn: null,
  fixedIn: null,
  whatIf: true,
  violates: 'no-lost-interrupt',
  needs: { vectorChange: 'mask', guest: 'busy', device: 'vhost-scsi' },
  source:
    'Linux virt/kvm/eventfd.c kvm_irqfd_assign: "Check if there was an event already pending on the eventfd before we registered, and trigger it as if we did not miss it"; it is in irqfd from its first release on (from memory, unverified)',
};

/** No release has it either. */
export const PENDING_NOT_FIRED: KnownBug = {
  name: 'pending-not-fired',
  title: 'A masked MSI-X vector whose pending bit is not looked at when it is unmasked',
  introducedIn: null,
  fixedIn: null,
  whatIf: true,
  violates: 'no-lost-interrupt',
  needs: { vectorChange: 'mask', guest: 'busy' },
  source:
    'QEMU hw/pci/msix.c msix_handle_mask_update (msix_is_pending: msix_notify); it is in the first release with MSI-X (from memory, unverified)',
};

/** The vector of a queue that the guest changes. */
export interface QueueVector {
  readonly target: MessageTarget;
  readonly task: GuestTask;
  /** What QEMU does in the vCPU thread, its vector control included. */
  readonly withTable: (access: EmulatedAccess) => EmulatedAccess;
  readonly isAtRest: (s: State) => boolean;
}

/** Adds what masks the vector, and both ways of keeping what comes meanwhile. */
export function changingQueueVector(
  machine: VirtioMachine,
  { lapic }: GuestInterrupt,
  device: Party,
  call: 'irqfd' | 'userspace',
  keeps: boolean,
): QueueVector {
  const { m, vcpu, application, poolCpu } = machine;
  const task = vectorChange(m, {
    vcpu,
    running: application.running,
    change: 'mask',
    registers: { mask: MASK_QUEUE_VECTOR, unmask: UNMASK_QUEUE_VECTOR },
  });
  const send = signalMsi(lapic);
  const base = { kind: 'message', send, sendAt: 'kvm_send_msi' } as const;
  const register = vcpu.mmioRegister;
  if (call === 'userspace') {
    const sent = { table: msixTable(m), send, device };
    const { pending } = sent.table;
    return {
      task,
      target: { ...base, send: msixNotifyUnmasked(sent), irqfd: x86Irqfd(lapic) },
      withTable: withTable(register, () => writeSentVector(register, sent, keeps)),
      isAtRest: (s) => s[pending] === 0,
    };
  }
  // Known when the device has its notifier, which is before the vCPU thread is added.
  let irqfd: MsiIrqfd | undefined;
  return {
    task,
    target: {
      ...base,
      irqfd: (notifier) => {
        irqfd = msiIrqfd(m, { eventfd: notifier, destination: lapic, cpu: poolCpu, polls: keeps });
        return irqfd;
      },
    },
    withTable: withTable(register, () =>
      irqfd === undefined ? null : writeIrqfdVector(register, { release: irqfd.deassign, use: irqfd.assign }),
    ),
    isAtRest: () => true,
  };
}

/** Adds vector control to the registers that QEMU serves in the vCPU thread. */
function withTable(register: Field, tableWrite: () => Procedure | null): QueueVector['withTable'] {
  return (access) => {
    const table = tableWrite();
    if (table === null) return access;
    return { ...access, write: access.write === null ? table : eitherWrite(register, access.write, table) };
  };
}

function eitherWrite(register: Field, device: Procedure, table: Procedure): Procedure {
  const at = 'QEMU softmmu/memory.c memory_region_dispatch_write (mr->ops->write)';
  return procedure<string>(VCPU_THREAD, 'memory_region_dispatch_write', {
    'write-region': {
      at,
      do: (s) => (isVectorControl(s, register) ? 'write-msix-table' : undefined),
      call: device,
    },
    // Before the other region there is a way round it.
    'region-written': { at, do: () => RETURN },
    'write-msix-table': { at, call: table },
  });
}

/** Whether a vector that changes is modelled with these settings; an error says with which it is not. */
export function checkVectorChange(settings: CompleteSettings, { kick }: Ways): Result<boolean> {
  if (settings.choice('vectorChange', 'none') === 'none') return ok(false);
  if (settings.choice('device') === 'virtio-net' && kick !== 'vhost') {
    return fail('vectorChange=mask: a masked vector of a network card is modelled with vhost only');
  }
  for (const [name, value] of [
    ['arch', 'x86'],
    ['transport', 'modern'],
    ['surroundings', 'quiet'],
  ] as const) {
    if (settings.choice(name) === value) continue;
    return fail(`vectorChange=mask is modelled with ${name}=${value} only`);
  }
  return ok(true);
}
