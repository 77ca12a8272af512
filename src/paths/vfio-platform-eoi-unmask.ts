import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import { kvmIrqLine } from '../machine/kernel/irq-line.ts';
import { automaskedIrq } from '../machine/kernel/vfio-platform-irq.ts';
import { KVM, VFIO_PLATFORM } from '../machine/parties.ts';
import { eoiListener } from '../machine/qemu/eoi-listener.ts';
import { mainLoop } from '../machine/qemu/main-loop.ts';
import type { PathModule } from './path.ts';
import type { CompleteSettings } from './read-settings.ts';
import { readSettings } from './read-settings.ts';
import { platformMachine } from './vfio-platform-machine.ts';
import { wirePlatform } from './wire-platform.ts';
import type { Wiring } from './wiring.ts';
import { LINES_SETTING, MMAP_SETTING, XGMAC_WORKLOAD_SETTINGS } from './workload-settings.ts';

/** `vfio-platform/eoi-unmask`: A. Graf's question of 2014. Nobody built it; it is here to see what it would take. */
export const VFIO_PLATFORM_EOI_UNMASK: PathModule = {
  info: {
    id: 'vfio-platform/eoi-unmask',
    title: 'VFIO platform, injected by QEMU but unmasked at the end of the interrupt',
    leg: 'interrupt',
    documents: ['000'],
    status: 'what-if',
    introduced: null,
    removed: null,
    selectedBy: ['nothing: it was asked for in June 2014 and never built'],
    evidence: 'source',
    bugs: [],
  },
  settings: [
    {
      name: 'deassert',
      kind: 'choice',
      choices: ['kernel', 'qemu'],
      default: 'kernel',
      description:
        'who lowers the virtual line at the end of the interrupt: KVM before it notifies, or QEMU after',
    },
    MMAP_SETTING,
    LINES_SETTING,
    ...XGMAC_WORKLOAD_SETTINGS,
  ],
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    return settings.ok ? wireEoiUnmask(settings.value, facts, bugs) : settings;
  },
};

function wireEoiUnmask(settings: CompleteSettings, facts: Facts, bugs: ReadonlySet<string>): Result<Wiring> {
  const machine = platformMachine(settings, facts, bugs);
  if (!machine.ok) return machine;
  const { m, lines, vcpu, lock, otherCpu } = machine.value;
  const inKernel = settings.choice('deassert') === 'kernel';
  const parts = lines.map(({ suffix, descriptor, trigger, irq }) => {
    const vfio = automaskedIrq(m, { suffix, descriptor, trigger: signalledBy(VFIO_PLATFORM, trigger) });
    const eoi = eventfd(m, `eoi${suffix}`);
    const listener = eoiListener({
      suffix,
      trigger,
      eoi,
      signalEoi: signalledBy(KVM, eoi).signal,
      raiseLine: kvmIrqLine(1, irq, vcpu),
      lowerLine: kvmIrqLine(0, irq, vcpu),
      lowerInKernel: inKernel ? irq.inject(0, vcpu) : null,
      unmask: vfio.automask.unmask,
    });
    return { suffix, vfio, eoi, trigger, listener };
  });
  const fds = parts.flatMap(({ suffix, eoi, trigger, listener }) => [
    { suffix, eventfd: trigger, handler: listener.interrupt },
    { suffix: ` eoi${suffix}`, eventfd: eoi, handler: listener.end },
  ]);
  m.process('main loop', { kind: 'thread', cpu: otherCpu }, mainLoop(m, lock, fds, null));
  return ok(
    wirePlatform(machine.value, settings, facts, {
      vfio: parts.map(({ vfio }) => vfio),
      acked: parts.map(({ listener }) => listener.acked),
      isAtRest: (s) => parts.every(({ eoi }) => s[eoi.count] === 0),
    }),
  );
}
