import { compile } from '../engine/compile.ts';
import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { armGuest, withIrqsOn } from '../machine/guest/arm-irq.ts';
import { armOtherWork } from '../machine/guest/arm-other-work.ts';
import { e1000Clean, e1000Intr } from '../machine/guest/e1000-driver.ts';
import { isRead, PCI_REGISTER_OFFSET } from '../machine/hardware/pci-function.ts';
import type { PciRegister } from '../machine/hardware/pci-function.ts';
import { handleFasteoiIrq } from '../machine/kernel/genirq.ts';
import { pollBeforeSleep, wfi } from '../machine/kernel/halt-poll.ts';
import { kvmArchVcpuIoctlRun } from '../machine/kernel/kvm-run.ts';
import { addSurroundings } from '../machine/kernel/surroundings.ts';
import { EXIT_NONE, EXIT_OTHER, EXIT_WFX, MMIO_IDLE } from '../machine/kernel/vcpu-state.ts';
import { vcpuThread } from '../machine/qemu/vcpu-thread.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { ArmPciMachine } from './vfio-pci-arm-machine.ts';
import { barAccess } from './vfio-pci-basis.ts';
import { HOST_IRQ } from './vfio-pci-machine.ts';
import { ANY_CPU } from './wire-platform.ts';
import type { PciPath } from './wire-vfio-pci.ts';
import type { Wiring } from './wiring.ts';

/** Where the virt machine's memory window for PCI begins: BAR 0 in traces A2 and A3. */
export const ARM_PCI_BAR = 0x1000_0000;

/** Adds the processes that all INTx paths of an assigned e1000 share on Arm, and lays the machine out. */
export function wireArmPci(
  machine: ArmPciMachine,
  settings: CompleteSettings,
  { host }: Facts,
  path: PciPath,
): Wiring {
  const { m, device, vcpu, hostCpu, gic, irq, slot } = machine;
  const surroundings = machine.isReal ? addSurroundings(m, vcpu) : null;
  // A thread that moves is on no CPU in particular: nobody holds it up for ever.
  const vcpuCpu = surroundings === null ? host.vcpuCpu : ANY_CPU;
  const sameCpu = host.irqCpu === host.vcpuCpu;
  const onIrqCpu = (s: State): boolean => (surroundings === null ? sameCpu : s[surroundings.onIrqCpu] === 1);
  // A register that has not been accessed yet is not asked for.
  const register = (s: State): PciRegister => Math.max(1, s[vcpu.mmioRegister] as number) as PciRegister;
  m.process(
    'host IRQ',
    { kind: 'hardirq', cpu: host.irqCpu },
    handleFasteoiIrq({
      suffix: '',
      cpu: hostCpu,
      gic,
      descriptor: machine.descriptor,
      eoiMode: host.gicEoiMode,
      irqsOn: (s) => !onIrqCpu(s) || s[vcpu.irqsOff] === 0,
      handler: path.vfio.handler,
      handlerTellsResult: true,
      irq: HOST_IRQ,
      name: 'vfio-intx(0000:00:10.0)',
    }),
  );
  const works = (path.works ?? []).filter(({ cpu }) => cpu === vcpuCpu);
  const needResched = (s: State): boolean => works.some(({ work }) => s[work] === 1);
  const haltPollUs = settings.number('haltPollUs');
  const polled = (run: Procedure): Procedure =>
    haltPollUs === 0 ? run : pollBeforeSleep(m, run, { ...wfi([irq]), needResched });
  m.process(
    'vCPU 0',
    { kind: 'thread', cpu: vcpuCpu },
    vcpuThread({
      bql: machine.lock,
      run: polled(
        kvmArchVcpuIoctlRun({
          surroundings,
          gic: hostCpu.version,
          vcpu,
          irqs: [irq],
          slot: () => slot,
          acked: path.acked ? [path.acked] : [],
          physicalIrq: (s) => onIrqCpu(s) && gic.signals(s),
          ...(works.length === 0 ? {} : { needResched }),
          access: {
            address: (s) => ARM_PCI_BAR + PCI_REGISTER_OFFSET[register(s)],
            isRead: (s) => isRead(register(s)),
          },
        }),
      ),
      ...barAccess(device, register),
      ...(surroundings ? { isForOther: surroundings.isForOther } : {}),
      ...(path.eoi ? { eoi: path.eoi } : {}),
      ...(path.view ? { view: path.view } : {}),
    }),
  );
  m.process(
    'guest',
    { kind: 'guest', vcpuThread: 'vCPU 0', inGuest: vcpu.inGuest },
    guest(machine, settings),
  );
  const { masked } = path.vfio;
  return {
    architecture: 'arm64',
    model: compile(m),
    costs: { period: settings.number('periodUs') * 1000, haltPoll: haltPollUs * 1000, ...path.costs },
    sources: [
      {
        name: 'dev0',
        asserted: device.interruptStatus,
        masked: (s) => s[masked] === 1,
        handlerLabel: 'call-handler',
      },
    ],
    safety: { 'no-spurious': 'spurious' },
    isAtRest: (s) =>
      !device.interruptStatus(s) &&
      s[machine.trigger.count] === 0 &&
      s[masked] === 0 &&
      gic.isAtRest(s) &&
      irq.isAtRest(s) &&
      device.mayInterrupt(s) &&
      isExitHandled(s[vcpu.exitReason] as number) &&
      s[vcpu.mmio] === MMIO_IDLE &&
      (path.isAtRest === undefined || path.isAtRest(s)),
  };
}

/** A vCPU that idles, or was left for something else, has nothing left to handle. */
function isExitHandled(reason: number): boolean {
  return reason === EXIT_NONE || reason === EXIT_WFX || reason >= EXIT_OTHER;
}

function guest(machine: ArmPciMachine, settings: CompleteSettings): Procedure {
  const { irq, napi, vcpu, isReal } = machine;
  const load = settings.choice('guest') as 'idle' | 'busy';
  const work = { vcpu, isSignalled: irq.isSignalled, slot: machine.slot };
  return armGuest({
    gic: machine.hostCpu.version,
    vcpu: machine.vcpu,
    irq,
    load,
    otherWork: isReal
      ? armOtherWork({
          ...work,
          label: 'other-work',
          take: 'take-interrupt',
          at: 'Linux kernel/sched/idle.c do_idle, drivers/net/ethernet/intel/e1000/e1000_main.c e1000_xmit_frame, any other code',
          end: load === 'idle' ? 'halt' : null,
        })
      : null,
    handler: e1000Intr({ ...machine, accesses: settings.number('accesses') }),
    softirq:
      napi === null
        ? null
        : {
            raised: napi,
            run: (interrupt) =>
              e1000Clean(
                machine,
                (...stretch) => withIrqsOn(irq, interrupt, ...stretch),
                isReal
                  ? armOtherWork({
                      ...work,
                      label: 'poll-work',
                      take: 'before-poll-work',
                      at: 'Linux drivers/net/ethernet/intel/e1000/e1000_main.c e1000_clean_rx_irq, e1000_xmit_frame',
                      end: { to: 'before-write-ims' },
                    })
                  : null,
              ),
          },
  });
}
