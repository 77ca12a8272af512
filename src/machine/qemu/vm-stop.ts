import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { MAIN_LOOP, MANAGEMENT } from '../parties.ts';
import { BQL_FREE, BQL_MAIN_LOOP } from './bql.ts';
import type { Bql } from './bql.ts';
import type { VcpuPause } from './vcpu-pause.ts';

const CPUS = 'QEMU softmmu/cpus.c';
const VIRTIO = 'QEMU hw/virtio/virtio.c';

/** What stopping a VM and continuing it is wired to. */
export interface VmStopWiring {
  readonly bql: Bql;
  readonly pause: VcpuPause;
  /** `virtio_pci_stop_ioeventfd`, null if the notifiers are not the bus's; and `virtio_pci_start_ioeventfd`, null if what goes on has no ioeventfd. */
  readonly stop: Procedure | null;
  readonly start: Procedure | null;
  /** What the device does when it hears of it by its status; absent if that is nothing. */
  readonly statusOnStop?: Procedure;
  readonly statusOnContinue?: Procedure;
  /** Steps that wait until no request is outstanding, `bdrv_drain_all`. */
  readonly drainAll: Record<string, Step>;
  /** Whether it is another QEMU that goes on. */
  readonly migrates: boolean;
}

/** A command on QEMU's monitor. */
export interface Monitor {
  /** 1 while there is one that the main loop has not read. */
  readonly command: Field;
  /** What the main loop does with it. */
  readonly dispatch: Procedure;
}

/** Adds somebody who asks for something of the monitor, each time a while after `isDue` holds. */
export function management(m: ModelBuilder, at: string, isDue: (s: State) => boolean): Field {
  const command = m.field('QMP command', { values: ['none', 'sent'] });
  m.process(
    'management',
    { kind: 'hardware' },
    procedure(MANAGEMENT, 'management', {
      'send-command': {
        at,
        cost: 'notifierChange',
        rest: true,
        when: (s) => s[command] === 0 && isDue(s),
        do: (s) => {
          s[command] = 1;
        },
      },
    }),
  );
  return command;
}

/**
 * The commands `stop` and `cont` by turns. To stop: the vCPU thread is signalled and waited for, without the BQL; the
 * notifiers stop, before the device is told by its status; requests are waited for. To go on: the device is told first,
 * then the notifiers start. A migration sends the state of the rings in between: no eventfd and no count of one.
 * Source: QEMU softmmu/cpus.c `do_vm_stop`, `vm_start`, hw/virtio/virtio.c `virtio_vmstate_change`, `virtio_save`,
 * `virtio_load` (7.2); the order of the stop is that of the end of QEMU traces X1 and X2.
 */
export function vmStop(m: ModelBuilder, wiring: VmStopWiring, isRunning: (s: State) => boolean): Monitor {
  const { bql, pause, migrates } = wiring;
  const command = management(
    m,
    'management: QMP stop, and cont when the VM has stopped',
    (s) => pause.isStopped(s) || (pause.isRunning(s) && isRunning(s)),
  );
  const status: Step<never> = {
    at: `${VIRTIO} virtio_vmstate_change (virtio_set_status)`,
    emits: ['qemu:virtio_set_status val 15'],
  };
  const statusOnContinue: Step = {
    ...status,
    ...(wiring.statusOnContinue ? { call: wiring.statusOnContinue } : {}),
  };
  const dispatch = procedure<string>(MAIN_LOOP, 'monitor_qmp_dispatcher_co', {
    'vm-stop-or-start': {
      at: 'QEMU monitor/qmp.c monitor_qmp_dispatcher_co (qmp_stop or qmp_cont)',
      cost: 'dispatch',
      do: (s) => (pause.isStopped(s) ? 'continue-vm' : undefined),
      local: true,
    },
    'pause-vcpus': {
      at: `${CPUS} pause_all_vcpus (SIG_IPI; qemu_cond_wait gives the BQL away)`,
      cost: 'vcpuKick',
      do: (s) => {
        s[command] = 0;
        pause.ask(s);
        s[bql.owner] = BQL_FREE;
      },
    },
    'vcpus-paused': {
      at: `${CPUS} pause_all_vcpus (all_vcpus_paused)`,
      cost: 'bqlLock',
      when: (s) => pause.isStopped(s) && bql.isFree(s),
      do: (s) => {
        s[bql.owner] = BQL_MAIN_LOOP;
      },
      // Who could want the lock has stopped.
      local: true,
    },
    ...(wiring.stop === null
      ? {}
      : {
          'stop-notifiers': {
            at: 'QEMU hw/virtio/virtio-pci.c virtio_pci_vmstate_change (virtio_pci_stop_ioeventfd)',
            call: wiring.stop,
          },
        }),
    'status-on-stop': { ...status, ...(wiring.statusOnStop ? { call: wiring.statusOnStop } : {}) },
    ...wiring.drainAll,
    'vm-stopped': { at: `${CPUS} do_vm_stop (returns)`, marks: ['vm-stopped'], do: () => RETURN },
    ...(migrates
      ? {
          'continue-vm': {
            at: `${VIRTIO} virtio_save (source: last_avail_idx and the guest's rings, no eventfd)`,
          },
          'load-rings': { at: `${VIRTIO} virtio_load (destination)`, marks: ['migrated'] },
          'status-on-continue': statusOnContinue,
        }
      : { 'continue-vm': statusOnContinue }),
    ...(wiring.start === null
      ? {}
      : {
          'start-notifiers': {
            at: 'QEMU hw/virtio/virtio-pci.c virtio_pci_vmstate_change (virtio_pci_start_ioeventfd)',
            call: wiring.start,
          },
        }),
    'resume-vcpus': {
      at: `${CPUS} resume_all_vcpus`,
      do: (s) => {
        s[command] = 0;
        pause.resume(s);
      },
    },
  });
  return { command, dispatch };
}
