import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { State } from '../engine/state.ts';
import type { Facts } from '../facts/facts.ts';
import { compareReleases } from '../facts/releases.ts';
import { addForwardingChange } from '../machine/kernel/irq-forwarding.ts';
import { breaksDiscipline } from '../machine/kernel/vgic-mapped.ts';
import { forwardableLine } from './forwardable-line.ts';
import type { PathModule } from './path.ts';
import type { CompleteSettings } from './read-settings.ts';
import { readSettings } from './read-settings.ts';
import { FORWARDED_BUGS } from './vfio-platform-forwarded-bugs.ts';
import { ATOMIC_SPI_SINCE } from './vfio-platform-irqfd.ts';
import { platformMachine } from './vfio-platform-machine.ts';
import { wirePlatform } from './wire-platform.ts';
import type { Wiring } from './wiring.ts';
import { LINES_SETTING, MMAP_SETTING, XGMAC_WORKLOAD_SETTINGS } from './workload-settings.ts';

/** Parts that can be left out to see what they are for. */
export interface ForwardedParts {
  /** Line and guest are stopped while forwarding is changed. */
  readonly stops: boolean;
}

const ALL_PARTS: ForwardedParts = { stops: true };

/** What the vGIC of the proposal did when a guest masks or resets a forwarded interrupt is not known. */
const UNKNOWN = ['start', 'handlerContext'];

/** `vfio-platform/forwarded`: the guest's end of interrupt deactivates the physical one; nobody has a part in it. */
export const VFIO_PLATFORM_FORWARDED: PathModule = {
  info: {
    id: 'vfio-platform/forwarded',
    title: 'VFIO platform, forwarded to the guest',
    leg: 'interrupt',
    documents: ['001'],
    status: 'proposed',
    introduced: null,
    removed: null,
    selectedBy: ['nothing: KVM_DEV_VFIO_DEVICE_ASSIGN_IRQ of August 2014 was never merged'],
    evidence: 'source',
    bugs: FORWARDED_BUGS,
  },
  settings: [
    {
      name: 'forwarding',
      kind: 'choice',
      choices: ['assigned', 'assign-while-running', 'deassign-while-running'],
      default: 'assigned',
      description:
        'whether the lines are forwarded before the guest starts, or one is assigned or taken back later (lines=1)',
    },
    {
      name: 'forwardingChangeUs',
      kind: 'number',
      unit: 'us',
      default: 2500,
      minimum: 0,
      maximum: 3_600_000_000,
      description: 'when a line is assigned or taken back while it runs, after the start of the run',
    },
    MMAP_SETTING,
    LINES_SETTING,
    ...XGMAC_WORKLOAD_SETTINGS.filter(({ name }) => !UNKNOWN.includes(name)),
  ],
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    return settings.ok ? wireForwarded(settings.value, facts, bugs, ALL_PARTS) : settings;
  },
};

/**
 * Wires the path from its parts. The resampler is there for as long as a line is not forwarded.
 * Source of the order: document 001; nobody has a trace of it.
 */
export function wireForwarded(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
  parts: ForwardedParts,
): Result<Wiring> {
  if (facts.host.gicEoiMode === 0) {
    return fail(
      'forwarding needs gicEoiMode=1: with EOImode 0 one write of the host drops the priority and deactivates, so ' +
        'nothing is left for the guest to deactivate',
    );
  }
  const change = settings.choice('forwarding');
  if (change !== 'assigned' && settings.number('lines') > 1) {
    return fail(`forwarding=${change} needs lines=1: changing one of several lines is not modelled`);
  }
  const machine = platformMachine(settings, facts, bugs, true);
  if (!machine.ok) return machine;
  const { m, hostCpu, vcpu } = machine.value;
  const initial = change === 'assign-while-running' ? 0 : 1;
  const forwarded = m.field('IRQD_FORWARDED_TO_VCPU', { initial, notable: true, values: ['no', 'yes'] });
  const hw = m.field('vGIC hw', { initial, values: ['not mapped', 'mapped'] });
  const halted = m.field('guest', { values: ['running', 'halted'] });
  const lines = machine.value.lines.map((line) =>
    forwardableLine(machine.value, line, {
      forwarded,
      hw,
      atomic: compareReleases(facts.host.kernel, ATOMIC_SPI_SINCE) >= 0,
      cpu: facts.host.irqCpu,
      lineNeverLowered: bugs.has('line-never-lowered'),
    }),
  );
  const [line] = lines;
  if (change !== 'assigned' && line !== undefined) {
    const { gic, descriptor, vfio, irq, device } = line;
    addForwardingChange(m, {
      change: change === 'assign-while-running' ? 'assign' : 'deassign',
      forwarded,
      hw,
      halted,
      cpu: hostCpu,
      gic,
      descriptor,
      vfio,
      irq,
      vcpu,
      threadCpu: machine.value.otherCpu,
      masksFirst: change === 'assign-while-running' && bugs.has('masked-at-set-up'),
      isIdle: (s) => s[device.status] === 0 && s[gic.active] === 0 && irq.isAtRest(s),
      refusesActive: !bugs.has('assigned-unchecked'),
      clearsActive: !bugs.has('active-left-behind'),
      stops: parts.stops,
    });
  }
  const isBroken = (s: State): boolean =>
    s[vcpu.inGuest] === 1 && lines.some(({ irq, physical }) => breaksDiscipline(s, irq, physical));
  return ok(
    wirePlatform({ ...machine.value, lines }, settings, facts, {
      vfio: lines.map(({ vfio }) => vfio),
      acked: lines.map(({ acked }) => acked),
      forwarded: (s) => s[forwarded] === 1,
      ...(change === 'assigned' ? {} : { halted: (s: State) => s[halted] === 1 }),
      entryMarks: [(s) => (isBroken(s) ? 'hw-lr-broken' : 'hw-lr-sound')],
      safety: { 'hw-lr-discipline': 'hw-lr-broken', 'no-needless-refusal': 'needless-refusal' },
      costs: { forwardingChange: settings.number('forwardingChangeUs') * 1000 },
    }),
  );
}
