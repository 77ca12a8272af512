import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { simulate } from '../../../../src/analysis/simulate.ts';
import { Drawings } from '../../../../src/extension/panel/drawings.ts';
import { raceDiagram, raceText } from '../../../../src/extension/races/race-text.ts';
import type { FoundRace } from '../../../../src/extension/races/race-text.ts';
import { RacesTab } from '../../../../src/extension/races/races-tab.ts';
import { Explorer } from '../../../../src/extension/worker/explorer.ts';
import { startInSameThread } from '../../../../src/extension/worker/same-thread.ts';
import { isPanelIntent } from '../../../../src/protocol/panel-guards.ts';
import type { AskedRace, Races } from '../../../../src/protocol/races-state.ts';
import { TEST_FACTS } from '../../../support/facts.ts';
import { IRQFD, LEVEL_PULSE } from '../../../support/runs.ts';
import { unwrap } from '../../../support/unwrap.ts';
import { irqpath } from '../../cli/irqpath.ts';

let explorer: Explorer | undefined;
afterEach(() => {
  explorer?.dispose();
});

/** The tab of a panel that has just been opened for a path. */
function open(path: string) {
  const shown: (Races | null)[] = [];
  explorer = new Explorer(() => startInSameThread(() => setImmediate(undefined)));
  const tab = new RacesTab({
    explorer,
    drawings: new Drawings(),
    show: (races) => shown.push(races),
    progress: () => undefined,
  });
  tab.begin(unwrap(simulate({ path, facts: TEST_FACTS, interrupts: 1 })));
  const race = (): FoundRace => {
    if (!tab.open) throw new Error('no run is open');
    return tab.open;
  };
  const asked = (): AskedRace | undefined => shown.at(-1)?.shown?.asked;
  return { tab, race, asked };
}

describe('the text of a counterexample', () => {
  it('says what is lost and under which versions, has every step, and fits into a mail', async () => {
    const { tab, race } = open(IRQFD);
    await tab.showBug('boot-wedge');
    const text = raceText(race());
    const { prefix } = race().run;
    expect(text).toContain(`Step ${prefix.length}: interrupt 1 is lost here.`);
    expect(text).toContain('assuming QEMU 10.1; Linux 6.12 on the host; Linux 6.12 in the guest');
    const lines = text.split('\n');
    expect(lines.every((line) => line.length <= 72)).toBe(true);
    prefix.forEach(({ party, label }, i) => {
      const line = lines.find((one) => one.trimStart().startsWith(`${i + 1}  ${party} `));
      expect(line?.includes(`  ${label}`)).toBe(true);
    });
  });

  it('has the command that finds it', async () => {
    const { tab, race } = open(IRQFD);
    await tab.showBug('oneshot-resample');
    const command = raceText(race()).split('\n\n')[1] ?? '';
    const { out } = await irqpath([...command.split(/[\s\\]+/).slice(1), '--json']);
    const { violations } = JSON.parse(out) as { violations: { prefix: { label: string }[] }[] };
    const labels = (steps: readonly { readonly label: string }[]): string =>
      steps.map(({ label }) => label).join();
    expect(violations.map(({ prefix }) => labels(prefix))).toContain(labels(race().run.prefix));
  });

  it('sets the cycle of a storm apart, in the diagram too', async () => {
    const { tab, race } = open(IRQFD);
    await tab.showBug('active-pending-storm');
    const { cycle } = race().run;
    const forever = raceText(race()).split('and then for ever:\n')[1] ?? '';
    expect(forever.match(/^ *\d+ {2}\S/gm)).toHaveLength(cycle.length);
    expect(raceDiagram(race())).toMatch(/title .*active-pending-storm[^]*loop for ever/);
  });
});

describe('a counterexample after a reload', () => {
  it('is shown again: that of a known bug, and one that an exploration found', async () => {
    const bug = open(IRQFD);
    await bug.tab.showBug('boot-wedge');
    const found = open(LEVEL_PULSE);
    await found.tab.explore();
    found.tab.showRun(0);
    for (const [path, before] of [
      [IRQFD, bug],
      [LEVEL_PULSE, found],
    ] as const) {
      const race = before.asked();
      if (!race) throw new Error('it cannot be asked for again');
      const after = open(path);
      await after.tab.showAgain(race);
      expect(after.asked()).toEqual(race);
      expect(raceText(after.race())).toBe(raceText(before.race()));
    }
  });

  it('is asked for by a name that is checked', () => {
    const look = { tab: 'races', view: 'time', detail: 'all', folds: true, hidden: [], section: 'step' };
    const intent = {
      subject: { kind: 'path', path: IRQFD },
      interrupts: 1,
      shape: 0,
      step: 0,
      follow: true,
      look,
    };
    expect(isPanelIntent(intent)).toBe(true);
    expect(isPanelIntent({ ...intent, race: { kind: 'bug', name: 'boot-wedge' } })).toBe(true);
    expect(isPanelIntent({ ...intent, race: { kind: 'file', name: 'x' } })).toBe(false);
  });
});
