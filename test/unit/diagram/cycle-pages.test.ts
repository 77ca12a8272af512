import { beforeAll, describe, expect, it } from 'vitest';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import { CyclePages, MOST_MESSAGES } from '../../../src/diagram/cycle-pages.ts';
import type { CyclePage } from '../../../src/diagram/cycle-pages.ts';
import { EVERY_ROW } from '../../../src/diagram/outline.ts';
import type { Reading } from '../../../src/diagram/outline.ts';
import { drawSequence } from '../../../src/diagram/sequence.ts';
import { ALL_PATHS } from '../../../src/paths/all-paths.ts';
import { mermaidParser } from '../../support/mermaid.ts';
import { cycleOf, INTX_IRQFD, LEVEL_PULSE, POSTED, simulatePath, USERSPACE } from '../../support/runs.ts';

const OVERVIEW: Reading = { detail: 'overview', hidden: [], folds: true, opened: [] };
/** More rows than two pages hold: the line is never ready again. */
const LONG = cycleOf(simulatePath(LEVEL_PULSE, {}, { interrupts: 700 }), 0);

function cycle(path: string, interrupts = 1): StepRow[] {
  return cycleOf(simulatePath(path, {}, { interrupts }), 0);
}

/** All pages of a reading, as one goes through them. */
function allPages(pages: CyclePages, reading: Reading): CyclePage[] {
  const { starts } = pages.pageWith(reading, 0);
  return starts.map((start) => pages.pageWith(reading, start));
}

/** From, arrow, to and words of each message. */
function arrows(mermaid: string): string[] {
  const names = new Map(
    [...mermaid.matchAll(/participant (p\d+) as (.*)/g)].map(([, id = '', name = '']) => [id, name]),
  );
  return [...mermaid.matchAll(/^ {2}(p\d+)(-\)|-?->>)(p\d+): (.*)$/gm)].map(
    ([, from = '', arrow = '', to = '', words = '']) =>
      `${names.get(from) ?? from} ${arrow} ${names.get(to) ?? to}: ${words}`,
  );
}

let parse: (text: string) => Promise<unknown>;
beforeAll(async () => {
  parse = await mermaidParser();
});

describe('the pages of a cycle', () => {
  it.each(ALL_PATHS.map(({ info }) => info.id).filter((id) => id !== POSTED))(
    'are for %s the picture that there was, if they leave nothing out',
    (path) => {
      const rows = cycle(path);
      expect(new CyclePages(rows).pageWith(EVERY_ROW, 0).mermaid).toBe(drawSequence(rows));
    },
  );

  it.each([INTX_IRQFD, 'emulated/line'])('are for %s an overview that Mermaid takes', async (path) => {
    const { mermaid } = new CyclePages(cycle(path)).pageWith(OVERVIEW, 0);
    await expect(parse(mermaid)).resolves.toBeTruthy();
  });

  it('hold every row once, in order, and no more than a picture can', () => {
    const all = allPages(new CyclePages(LONG), EVERY_ROW);
    expect(all.length).toBeGreaterThan(2);
    expect(all.flatMap(({ rows }) => rows.map(({ position }) => position))).toEqual(LONG.map((_, i) => i));
    for (const { rows, mermaid } of all) {
      expect(rows.length).toBeLessThanOrEqual(MOST_MESSAGES);
      expect(arrows(mermaid)).toHaveLength(rows.length);
    }
    expect(all.map(({ number }) => number)).toEqual(all.map((_, i) => i));
    expect(all.map(({ before }) => before)).toEqual(all.map((_, i) => i * MOST_MESSAGES));
  });

  it('have the same columns, all of them', () => {
    const columns = allPages(new CyclePages(LONG), EVERY_ROW).map(({ mermaid }) =>
      mermaid.match(/participant.*/g),
    );
    for (const one of columns) expect(one).toEqual(columns[0]);
  });

  it('go on where the page before ended: arrows come from parties that were last active there', () => {
    const rows = Array.from({ length: 4 }, () => cycle(INTX_IRQFD)).flatMap((part, n) =>
      part.map((row) => ({
        ...row,
        index: row.index + n * 1000,
        wokenBy: row.wokenBy === null ? null : row.wokenBy + n * 1000,
      })),
    );
    const once = arrows(drawSequence(rows));
    const many = Array.from({ length: 8 }, () => rows).flatMap((part, n) =>
      part.map((row) => ({
        ...row,
        index: row.index + n * 10_000,
        wokenBy: row.wokenBy === null ? null : row.wokenBy + n * 10_000,
      })),
    );
    const paged = allPages(new CyclePages(many), EVERY_ROW).flatMap(({ mermaid }) => arrows(mermaid));
    expect(paged.slice(0, once.length)).toEqual(once);
    expect(paged).toEqual(arrows(drawSequence(many)));
  });

  it('fold a step that repeats into a message with its number, and are one page then', () => {
    const page = new CyclePages(LONG).pageWith({ ...EVERY_ROW, folds: true }, 0);
    expect(page.starts).toEqual([0]);
    expect(arrows(page.mermaid).at(-1)).toBe('e1000 ->> e1000: set-cause × 699');
  });

  it('fold a stretch that repeats into a loop of the picture', async () => {
    const page = new CyclePages(cycle('emulated/line')).pageWith({ ...EVERY_ROW, folds: true }, 0);
    const [repeat] = page.rows.flatMap((row) => row.repeat ?? []);
    expect(repeat?.length).toBeGreaterThan(1);
    const [, times, inside = ''] = /\n {2}loop (\d+) times\n([^]*?)\n {2}end\n {2}p/.exec(page.mermaid) ?? [];
    expect(times).toBe(String(repeat?.times));
    expect(inside.match(/^ {2}p\d+\S*>>?p\d+: |^ {2}p\d+-\)p\d+: /gm)).toHaveLength(repeat?.length ?? 0);
    await expect(parse(page.mermaid)).resolves.toBeTruthy();
  });

  it('say what is left out', () => {
    const page = new CyclePages(cycle(USERSPACE)).pageWith(OVERVIEW, 0);
    const [, exception = ''] = arrows(page.mermaid);
    expect(exception).toBe('xgmac -) genirq: gic-exception (+3 steps)');
    expect(page.mermaid).toContain('(+1 step)');
  });

  it('show what others see of a hidden party: who called it, calls whom it called', () => {
    const rows = cycle(INTX_IRQFD);
    const shown = arrows(new CyclePages(rows).pageWith(OVERVIEW, 0).mermaid);
    expect(shown).toContain('genirq ->> vfio-pci: mask-intx (+1 step)');
    expect(shown.find((line) => line.endsWith(' KVM: irqfd-wakeup'))).toBe('vfio-pci ->> KVM: irqfd-wakeup');
    const hidden = arrows(new CyclePages(rows).pageWith({ ...OVERVIEW, hidden: ['vfio-pci'] }, 0).mermaid);
    expect(hidden.join('\n')).not.toContain('vfio-pci');
    expect(hidden.find((line) => line.includes(' KVM: irqfd-wakeup'))).toMatch(/^genirq ->> KVM: /);
  });

  it('show a signal through a hidden process as one from whom it comes', () => {
    const rows = cycle(INTX_IRQFD);
    const inKworker = [
      ...new Set(rows.filter(({ process }) => process === 'kworker').map(({ party }) => party)),
    ];
    expect(inKworker).toContain('KVM LAPIC');
    const reading = { ...OVERVIEW, hidden: ['KVM', 'KVM IOAPIC', 'KVM LAPIC'] };
    const lines = arrows(new CyclePages(rows).pageWith(reading, 0).mermaid);
    expect(lines.find((line) => line.includes(': take-interrupt'))).toMatch(/^vfio-pci -\) guest kernel: /);
  });

  it('find the page of any step, shown or not, and the first where nothing was shown before it', () => {
    const pages = new CyclePages(LONG);
    for (const step of [0, 299, 300, 650, LONG.length - 1]) {
      const page = pages.pageWith(EVERY_ROW, step);
      expect(page.rows.some(({ position }) => position === step)).toBe(true);
    }
    const everyone = [...new Set(LONG.map(({ party }) => party))];
    const empty = pages.pageWith({ ...EVERY_ROW, hidden: everyone }, 7);
    expect(empty).toMatchObject({ number: 0, rows: [], total: 0, starts: [0] });
  });
});
