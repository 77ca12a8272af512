import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { AHCI_SUBMIT_AT, ahciQcIssue, ahciSingleLevelIrqIntr } from '../machine/guest/libahci-driver.ts';
import { blockApplication } from '../machine/guest/virtio-blk-driver.ts';
import { disk } from '../machine/hardware/disk.ts';
import { ahciAddress, ahciPort, HOST_IRQ_STAT_READ } from '../machine/qemu/ahci-port.ts';
import type { PciInterrupt } from '../machine/qemu/pci-interrupt.ts';
import { aioNotifier, mainAioContext } from '../machine/qemu/aio-context.ts';
import { APIC_ADDRESS, APIC_TMR_READ } from '../machine/qemu/apic-registers.ts';
import { threadPool } from '../machine/qemu/thread-pool.ts';
import type { EmulatedDevice, EmulatedLeg, EmulatedMachine } from './emulated-machine.ts';
import type { CompleteSettings } from './read-settings.ts';

/** Adds a SATA controller with one disk, its driver and a program. */
export function emulatedAhci(
  machine: EmulatedMachine,
  interrupt: PciInterrupt,
  settings: CompleteSettings,
  leg: EmulatedLeg,
): { readonly device: EmulatedDevice; readonly handler: Procedure } {
  const { m, vcpu, lock } = machine;
  const depth = settings.number('queueDepth');
  const outstanding = m.field('commands outstanding', { max: depth });
  const drive = disk(m, depth);
  const application = blockApplication(m, { outstanding }, depth);
  const notifier = aioNotifier(m);
  const finished = threadPool(m, { disk: drive, notifier, depth, cpu: machine.poolCpu });
  const port = ahciPort(m, { vcpu, disk: drive, depth, finished, notifier, interrupt });
  m.process(
    'main loop',
    { kind: 'thread', cpu: machine.otherCpu },
    mainAioContext(m, { lock, notifier, bottomHalf: port.bottomHalf, handlers: [], ioHandlers: [] }),
  );
  const register = (s: State): number => s[vcpu.mmioRegister] as number;
  const isRead = (s: State): boolean => register(s) >= HOST_IRQ_STAT_READ;
  return {
    handler: ahciSingleLevelIrqIntr({
      vcpu,
      outstanding,
      ...port,
      emptyMark: leg === 'interrupt' ? 'spurious' : 'empty-call',
    }),
    device: {
      guest: {
        program: {
          application,
          submitAt: AHCI_SUBMIT_AT,
          submit: () =>
            ahciQcIssue({
              vcpu,
              outstanding,
              issued: port.issued,
              submitted: (s) => {
                s[application.wanted] = 0;
              },
            }),
        },
      },
      bus: 'memory',
      traced: {
        // Before the device's own stand the registers of interrupt controllers in QEMU.
        address: (s) => APIC_ADDRESS[register(s)] ?? ahciAddress(register(s)),
        isRead: (s) => isRead(s) || register(s) === APIC_TMR_READ,
        size: () => 4,
      },
      doorbell: null,
      access: { isRead, read: port.memRead, write: port.memWrite },
      legs: {
        kick: {
          source: {
            name: 'port0',
            asserted: (s) => s[port.issued] === 1,
            masked: () => false,
            handlerLabel: 'check-cmd',
          },
          takenMark: 'request-taken',
          isAtRest: (s) => s[port.issued] === 0,
        },
        interrupt: {
          source: {
            name: 'ahci',
            asserted: (s) => s[port.irqStat] === 1,
            masked: () => false,
            handlerLabel: 'call-handler',
          },
          takenMark: 'guest-irq',
          isAtRest: port.isCallAtRest,
        },
      },
      costs: { diskService: settings.number('serviceUs') * 1000 },
    },
  };
}
