import { simulate } from '../../src/analysis/simulate.ts';
import type { Simulation, StepRow } from '../../src/analysis/simulation.ts';
import { profileCosts } from '../../src/costs/profile.ts';
import { defaultProfile } from '../../src/costs/all-profiles.ts';
import type { TimedRunOptions } from '../../src/engine/run-options.ts';
import { runTimed } from '../../src/engine/timed-run.ts';
import type { TimedRun } from '../../src/engine/timed-run.ts';
import { findPath } from '../../src/paths/all-paths.ts';
import { activeBugs } from '../../src/paths/bugs.ts';
import type { BugOverrides } from '../../src/paths/bugs.ts';
import { readSettings } from '../../src/paths/read-settings.ts';
import type { CompleteSettings } from '../../src/paths/read-settings.ts';
import type { PathModule, PathSettings } from '../../src/paths/path.ts';
import type { Wiring } from '../../src/paths/wiring.ts';
import { TEST_FACTS } from './facts.ts';
import { unwrap } from './unwrap.ts';

export const USERSPACE = 'vfio-platform/userspace';
export const IRQFD = 'vfio-platform/irqfd';
export const FORWARDED = 'vfio-platform/forwarded';
export const INTX_IRQFD = 'vfio-pci/intx-irqfd';
export const INTX_USERSPACE = 'vfio-pci/intx-userspace';
export const INTX_SPLIT = 'vfio-pci/intx-split';
export const MSI_IRQFD = 'vfio-pci/msi-irqfd';
export const MSI_USERSPACE = 'vfio-pci/msi-userspace';
export const POSTED = 'vfio-pci/posted';
export const EOI_UNMASK = 'vfio-platform/eoi-unmask';
export const LEVEL_PULSE = 'irqfd/level-pulse';
export const EOIFD = 'irqfd/eoifd';
export const DEASSERT_ON_ACK = 'irqfd/deassert-on-ack';

function pathOf(id: string): PathModule {
  const path = findPath(id);
  if (!path) throw new Error(`no path ${id}`);
  return path;
}

/** All settings of a path, those not given at their defaults. */
export function settingsOf(path: string, settings: PathSettings = {}): CompleteSettings {
  return unwrap(readSettings(pathOf(path).settings, settings));
}

/** The known bugs that a path has under these facts, unless told otherwise. */
export function bugsOf(path: string, overrides: BugOverrides = {}, facts = TEST_FACTS): ReadonlySet<string> {
  return unwrap(activeBugs(pathOf(path).info.bugs, facts, overrides));
}

/** Wires a path, with its known bugs. */
export function wire(
  path: string,
  settings: PathSettings = {},
  facts = TEST_FACTS,
  bugs: BugOverrides = {},
): Wiring {
  return unwrap(pathOf(path).wire(settings, facts, bugsOf(path, bugs, facts)));
}

/** Runs a wiring on the default profile of its architecture, on x86 that without APICv. */
export function runWiring(wiring: Wiring, options: Partial<TimedRunOptions> = {}): TimedRun {
  return runTimed(wiring.model, {
    jitter: 0.1,
    wakeJitter: 0.8,
    seed: 1,
    arrivals: 5,
    maxSteps: 100_000,
    log: true,
    ...options,
    costs: {
      ...profileCosts(defaultProfile(wiring.architecture, { apicv: 'off' })),
      ...wiring.costs,
      ...options.costs,
    },
  });
}

/** Simulates a path, with the rows of all its steps. */
export function simulatePath(
  path: string,
  settings: PathSettings,
  options: { interrupts?: number; seed?: number; facts?: typeof TEST_FACTS } = {},
): Simulation {
  return unwrap(simulate({ path, facts: TEST_FACTS, settings, ...options }, 'all'));
}

/** Rows of one interrupt's cycle. */
export function cycleOf(simulation: Simulation, interrupt: number): StepRow[] {
  return simulation.steps.filter((row) => row.interrupt === interrupt && row.inCycle);
}

/** How many rows have the label. */
export function count(rows: readonly StepRow[], label: string): number {
  return rows.filter((row) => row.label === label).length;
}

/** How often the step of that label happened in a run. */
export function timesTaken({ model }: Wiring, run: TimedRun, label: string): number {
  return model.steps.reduce((n, step) => n + (step.label === label ? (run.executed[step.id] ?? 0) : 0), 0);
}
