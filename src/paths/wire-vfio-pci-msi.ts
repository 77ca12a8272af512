import { compile } from '../engine/compile.ts';
import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { nvmeIrq } from '../machine/guest/nvme-driver.ts';
import { x86EdgeGuest } from '../machine/guest/x86-edge-guest.ts';
import { DOORBELL_OFFSET } from '../machine/hardware/msi-function.ts';
import type { SignalledEventfd } from '../machine/kernel/eventfd.ts';
import { msiInterrupt, vfioMsiHandler } from '../machine/kernel/msi-interrupt.ts';
import { vcpuRun } from '../machine/kernel/vcpu-enter-guest.ts';
import { EXIT_APIC_EOI, EXIT_HLT, EXIT_NONE, trap } from '../machine/kernel/x86-vcpu.ts';
import { vcpuThread } from '../machine/qemu/vcpu-thread.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { MsiMachine } from './vfio-pci-msi-machine.ts';
import type { Wiring } from './wiring.ts';

/** Where a guest's firmware could have put BAR 0. */
const BAR = 0xfebf_0000;
export const BDF = '0000:00:11.0';
/** The host's Linux interrupt number in traces X4e to X4g. */
const HOST_IRQ = 30;

/** Adds the processes that all paths of a message share, and lays the machine out. */
export function wireMsi(
  machine: MsiMachine,
  settings: CompleteSettings,
  { host }: Facts,
  trigger: SignalledEventfd,
): Wiring {
  const { m, device, vcpu, slot, lapic, pvEoi } = machine;
  const sameCpu = host.irqCpu === host.vcpuCpu;
  m.process(
    'host IRQ',
    { kind: 'hardirq', cpu: host.irqCpu },
    msiInterrupt({
      message: device.message,
      irqsOn: (s) => !sameCpu || s[vcpu.inGuest] === 0,
      handler: vfioMsiHandler(trigger),
      irq: HOST_IRQ,
      name: `vfio-${machine.capability}[0](${BDF})`,
    }),
  );
  m.process(
    'vCPU 0',
    { kind: 'thread', cpu: host.vcpuCpu },
    vcpuThread({
      bql: machine.lock,
      run: vcpuRun({
        vcpu,
        names: machine.names,
        lapic,
        eoi: {},
        ...(pvEoi ? { pvEoi } : {}),
        slot,
        access: { address: () => BAR + DOORBELL_OFFSET, isRead: () => false },
        physicalIrq: (s) => sameCpu && s[device.message] === 1,
        needResched: null,
      }),
      access: () => undefined,
      accessTracepoints: [
        'syscalls:sys_enter_pwrite64',
        'function:vfio_pci_rw',
        'function:vfio_pci_bar_rw',
        'qemu:vfio_region_write',
      ],
    }),
  );
  m.process(
    'guest',
    { kind: 'guest', vcpuThread: 'vCPU 0', inGuest: vcpu.inGuest },
    guest(machine, settings),
  );
  return {
    architecture: 'x86',
    model: compile(m),
    costs: { period: settings.number('periodUs') * 1000 },
    sources: [
      {
        name: 'dev0',
        asserted: (s) => s[device.completions] === 1,
        masked: () => false,
        handlerLabel: 'call-handler',
      },
    ],
    // A message may always come for a completion that the handler call before it has taken.
    safety: {},
    isAtRest: (s: State) =>
      s[device.completions] === 0 &&
      s[device.message] === 0 &&
      s[trigger.count] === 0 &&
      s[lapic.irr] === 0 &&
      (s[lapic.isr] === 0 || pvEoi?.isTaken(s) === true) &&
      s[vcpu.injected] === 0 &&
      s[vcpu.interruptFlag] === 1 &&
      (s[vcpu.exitReason] === EXIT_NONE || s[vcpu.exitReason] === EXIT_HLT),
  };
}

function guest({ vcpu, device, slot, pvEoi }: MsiMachine, settings: CompleteSettings): Procedure {
  return x86EdgeGuest({
    vcpu,
    load: settings.choice('guest') as 'idle' | 'busy',
    endAt: pvEoi
      ? 'Linux arch/x86/kernel/kvm.c kvm_guest_apic_eoi_write (apic_ack_edge)'
      : 'Linux arch/x86/kernel/apic/vector.c apic_ack_edge (apic_eoi)',
    delivery: {
      isDue: (s) => s[vcpu.injected] === 1,
      take: (s) => {
        s[vcpu.injected] = 0;
      },
      end: (s) => {
        if (pvEoi?.end(s) !== true) trap(s, vcpu, EXIT_APIC_EOI);
      },
    },
    handler: nvmeIrq({ device, vcpu, slot }),
  });
}
