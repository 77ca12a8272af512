// The paths again, as Promela models that were written from what the kernel and QEMU do, not from the machine parts.
import { describe, expect, it } from 'vitest';
import { checkWiring } from '../../../src/analysis/properties.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { ReachableGraph } from '../../../src/engine/reachable-graph.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { wireIrqfd } from '../../../src/paths/vfio-platform-irqfd.ts';
import type { Wiring } from '../../../src/paths/wiring.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { IRQFD, settingsOf, USERSPACE, wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';
import { hasSpin } from '../engine/spin.ts';
import { checkWithSpin } from '../engine/spin-claims.ts';
import type { Claim } from '../engine/spin-claims.ts';

/**
 * Fields that both have, in the order in which the Promela models print them. Left out, as one side has more
 * places to stand at than the other: `host interrupts` and `vCPU mode` (on entry the Promela turns interrupts off, writes
 * the list register and sets the mode in three steps, we in one), `guest mode`, `exit reason` and what becomes of an
 * access on its way (`MMIO`), and on irqfd the counts of the eventfds, which change under a lock only.
 * `vGIC SPI` never changes here. What nobody reads again (`status read` after its test) is 0 on both sides.
 */
const FIELDS = [
  'device status',
  'environment',
  'GICD SPI',
  'GICD active',
  'GICC running priority',
  'host CPU',
  'IRQD_IRQ_DISABLED',
  'VFIO line',
  'vGIC line',
  'vGIC active',
  'list register',
  'on list register',
  'status read',
  'memory slot',
  'stage-2 mapping',
];
const USERSPACE_FIELDS = [
  ...FIELDS,
  'trigger eventfd',
  'VFIOINTp state',
  'BQL',
  'mmap timer',
  'mmap timer expired',
];
const KICK_FIELDS = ['KVM_REQ_IRQ_PENDING', 'IPI'];

const UNFAIR_CLAIMS: readonly Claim[] = [{ name: 'no_storm', fair: false }];
const ALL_CLAIMS: readonly Claim[] = [
  ...UNFAIR_CLAIMS,
  { name: 'no_lost_interrupt', fair: true },
  { name: 'unmasked', fair: true },
];

interface Case {
  readonly path: string;
  /** Of the Promela model. */
  readonly defines: readonly string[];
  readonly settings?: PathSettings;
  /** Bugs that are switched on. */
  readonly bug?: string;
  readonly host?: Partial<HostFacts>;
  readonly violated: readonly string[];
  /** A second instance of a claim, only with `IRQPATH_LONG=1`. */
  readonly isLong?: boolean;
}

const CASES: readonly Case[] = [
  { path: IRQFD, defines: [], violated: [] },
  { path: IRQFD, defines: ['NO_MMAP'], settings: { mmap: 'off' }, violated: [] },
  { path: IRQFD, defines: ['KWORKER'], host: { kernel: '4.4' }, violated: [] },
  // The second exception is acknowledged, the guest clears the device and ends, VFIO unmasks: the handler is called.
  // In one step, as an IPI that was late for its guest may otherwise be there between interrupts off and the mode.
  {
    path: IRQFD,
    defines: ['OTHER_CPU', 'ENTRY_IS_ONE_STEP'],
    host: { irqCpu: 1 },
    violated: ['no-spurious'],
  },
  {
    path: IRQFD,
    defines: ['ACTIVE_PENDING'],
    bug: 'active-pending-storm',
    violated: ['no-spurious'],
    isLong: true,
  },
  {
    path: IRQFD,
    defines: ['ACTIVE_PENDING', 'NO_MMAP'],
    settings: { mmap: 'off' },
    bug: 'active-pending-storm',
    violated: ['no-spurious', 'no-storm', 'unmasked'],
  },
  { path: IRQFD, defines: ['NO_RESAMPLER'], violated: ['no-spurious', 'no-storm', 'unmasked'] },
  { path: USERSPACE, defines: [], violated: [], isLong: true },
  { path: USERSPACE, defines: ['NO_TIMER'], settings: { mmapTimeoutMs: 0 }, violated: [] },
  { path: USERSPACE, defines: ['EARLY_EOI'], bug: 'early-eoi', violated: ['no-spurious'] },
  {
    path: USERSPACE,
    defines: ['EARLY_EOI', 'NO_TIMER'],
    settings: { mmapTimeoutMs: 0 },
    bug: 'early-eoi',
    violated: ['no-spurious'],
    isLong: true,
  },
];

// Skipped, and said so, where Debian's packages spin and gcc are not installed.
describe.skipIf(!hasSpin())('SPIN, on a model of its own, and the explorer agree', () => {
  it.each(CASES.filter(({ isLong }) => isLong !== true || process.env.IRQPATH_LONG === '1'))(
    '$path $defines: violated are $violated',
    { timeout: 300_000 },
    (given) => {
      const { path, defines, violated } = given;
      const checked = finish(checkWiring(wired(given), { maxStates: 1_000_000, marks: [], reduce: false }));
      expect(checked.graph.complete).toBe(true);
      expect([...new Set(checked.findings.map(({ property }) => property))].sort()).toEqual(violated);

      const claims = claimsOf(given);
      const asked = claims === UNFAIR_CLAIMS ? [...defines, 'NO_FAIR_CLAIMS'] : defines;
      const spin = checkWithSpin({ name: path.replace('/', '-'), defines: asked }, claims);
      expect(
        [
          ...spin.violated.map((claim) => claim.replaceAll('_', '-')),
          ...(spin.assertionFails ? ['no-spurious'] : []),
          ...(spin.deadlocks ? ['no-deadlock'] : []),
        ].sort(),
      ).toEqual(violated);

      const fields = [...(path === IRQFD ? FIELDS : USERSPACE_FIELDS), ...KICK_FIELDS];
      const ours = projections(checked.graph, fields);
      const inWords = (from: ReadonlySet<string>, without: ReadonlySet<string>): string[] =>
        [...from]
          .filter((digits) => !without.has(digits))
          .map((digits) => fields.map((name, i) => `${name} ${digits[i] ?? '?'}`).join(', '));
      // Two empty sets would be equal as well; the smallest machine, which never has a slot, has 94.
      expect(ours.size).toBeGreaterThan(90);
      expect({
        onlyOurs: inWords(ours, spin.projections),
        onlySpins: inWords(spin.projections, ours),
      }).toEqual({ onlyOurs: [], onlySpins: [] });
    },
  );
});

/** With the mmap timer SPIN needs up to half a minute for each fair claim: there they are asked by hand. */
function claimsOf({ path, defines }: Case): readonly Claim[] {
  return path === IRQFD || defines.includes('NO_TIMER') ? ALL_CLAIMS : UNFAIR_CLAIMS;
}

function wired({ path, defines, settings = {}, bug, host }: Case): Wiring {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
  if (defines.includes('NO_RESAMPLER')) {
    return unwrap(
      wireIrqfd(settingsOf(path, settings), facts, new Set(['lazy-disable']), { resampler: false }),
    );
  }
  // The Promela has the lazy disable of the kernel.
  const bugs = { all: false, 'lazy-disable': true };
  return wire(path, settings, facts, { ...bugs, ...(bug === undefined ? {} : { [bug]: true }) });
}

/** What the fields are in each state, a digit each. A machine without a timer has no fields of it: they are 0. */
function projections(graph: ReachableGraph, names: readonly string[]): Set<string> {
  const places = names.map((name) => graph.model.fields.findIndex((field) => field.name === name));
  const found = new Set<string>();
  for (let i = 0; i < graph.states.size; i++) {
    const state = graph.stateOf(i);
    found.add(places.map((place) => String(state[place] ?? 0)).join(''));
  }
  return found;
}
