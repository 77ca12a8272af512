import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { AHCI_SUBMIT_AT, ahciQcIssue, ahciSingleLevelIrqIntr } from '../machine/guest/libahci-driver.ts';
import { blockApplication } from '../machine/guest/virtio-blk-driver.ts';
import { disk } from '../machine/hardware/disk.ts';
import { ahciOffset, ahciPort, HOST_IRQ_STAT_READ } from '../machine/qemu/ahci-port.ts';
import type { PciInterrupt } from '../machine/qemu/pci-interrupt.ts';
import { aioNotifier, mainAioContext } from '../machine/qemu/aio-context.ts';
import { APIC_ADDRESS, APIC_TMR_READ } from '../machine/qemu/apic-registers.ts';
import { threadPool } from '../machine/qemu/thread-pool.ts';
import type { EmulatedCore, EmulatedDevice, EmulatedLeg } from './emulated-machine.ts';
import type { EmulatedSide } from './emulated-side.ts';
import type { CompleteSettings } from './read-settings.ts';
import { ARM_PCI_BAR } from './wire-vfio-pci-arm.ts';

/** Where the guest could have put the controller's BAR 5. */
const BAR = { x86: 0xfebd_2000, arm64: ARM_PCI_BAR } as const;

/** Adds a SATA controller with one disk, its driver and a program. */
export function emulatedAhci(
  machine: EmulatedCore,
  side: EmulatedSide,
  interrupt: PciInterrupt,
  settings: CompleteSettings,
  leg: EmulatedLeg,
): EmulatedDevice {
  const { m, vcpu, lock } = machine;
  const { cpu } = side;
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
  const handler = ahciSingleLevelIrqIntr({
    cpu,
    outstanding,
    ...port,
    emptyMark: leg === 'interrupt' ? 'spurious' : 'empty-call',
  });
  const submit = (): Procedure =>
    ahciQcIssue({
      cpu,
      outstanding,
      issued: port.issued,
      submitted: (s) => {
        s[application.wanted] = 0;
      },
    });
  return {
    guest: side.withProgram({ application, submitAt: AHCI_SUBMIT_AT, submit }, handler),
    bus: 'memory',
    traced: {
      // Before the device's own stand the registers of interrupt controllers in QEMU.
      address: (s) => APIC_ADDRESS[register(s)] ?? BAR[machine.architecture] + ahciOffset(register(s)),
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
  };
}
