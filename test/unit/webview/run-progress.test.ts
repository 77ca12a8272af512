// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';
import type { Subject } from '../../../src/protocol/panel-state.ts';
import { runProgressLine } from '../../../src/webview/views/run-progress.ts';
import { connectPanel } from './connected-panel.ts';
import type { ConnectedPanel } from './connected-panel.ts';

const PATH = 'vfio-pci/msi-irqfd';
const SUBJECT: Subject = { kind: 'path', path: PATH };
const NOTHING = { message: 'cancelled', action: null };

describe('the line of a long simulation', () => {
  let panel: ConnectedPanel;
  let line: HTMLElement;
  let before: HTMLButtonElement;
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
  const cancelButton = (): HTMLButtonElement => line.querySelector('button')!;
  const progress = async (phase: 'run' | 'measure', interrupts: number): Promise<void> => {
    panel.runProgress({ phase, interrupts, of: 100_000, unit: 'interrupt' });
    await settle();
  };

  beforeEach(async () => {
    panel = connectPanel();
    line = runProgressLine(panel.store);
    before = document.createElement('button');
    document.body.replaceChildren(before, line);
    await panel.store.start();
    panel.answer(1, PATH, 10);
    panel.model.setInterrupts(100_000);
    panel.model.begin(SUBJECT);
    await settle();
  });

  it('appears with the first word of it, and says how many interrupts are done', async () => {
    expect(line.hidden).toBe(true);
    await progress('run', 43_000);
    expect(line.hidden).toBe(false);
    expect(line.textContent).toContain('Simulating: 43\u202f000 of 100\u202f000 interrupts');
    const bar = line.querySelector('[role="progressbar"]')!;
    expect(Number(bar.getAttribute('aria-valuenow'))).toBe(22);
    await progress('measure', 50_000);
    expect(line.textContent).toContain('Measuring: 50\u202f000 of');
    expect(Number(bar.getAttribute('aria-valuenow'))).toBe(75);
  });

  it('goes with the answer', async () => {
    await progress('run', 1);
    panel.answer(2, PATH, 10);
    await settle();
    expect(line.hidden).toBe(true);
  });

  it('asks for an end of it, which leaves the answer, its subject and its number of interrupts', async () => {
    const { answer } = panel.model.state;
    panel.model.begin({ kind: 'path', path: 'vfio-pci/msi-userspace' });
    await progress('run', 1);
    before.focus();
    cancelButton().focus();
    cancelButton().click();
    await settle();
    expect(panel.commands).toEqual(['cancelRun']);
    panel.model.cancel(NOTHING);
    await settle();
    expect(line.hidden).toBe(true);
    expect(document.activeElement).toBe(before);
    expect(panel.model.state).toMatchObject({
      busy: false,
      subject: SUBJECT,
      interrupts: 100,
      trouble: null,
    });
    expect(panel.model.state.answer).toBe(answer);
  });

  it('leaves the comparison in its tab that was in sight before', () => {
    panel.model.finishComparison({ kind: 'comparison', members: [], missing: [], assumptions: [] });
    panel.model.begin({ kind: 'comparison', members: [] });
    panel.model.finishComparison({ kind: 'comparison', members: [], missing: [], assumptions: [] });
    panel.model.begin(SUBJECT);
    expect(panel.model.state.tab).toBe('path');
    panel.model.cancel(NOTHING);
    expect(panel.model.state).toMatchObject({ tab: 'compare', subject: { kind: 'comparison' } });
    expect(panel.model.state.comparison).not.toBeNull();
  });

  it('says that it was cancelled where there was nothing before', () => {
    const fresh = connectPanel();
    fresh.model.begin(SUBJECT);
    fresh.model.cancel(NOTHING);
    expect(fresh.model.state).toMatchObject({ busy: false, subject: SUBJECT, trouble: NOTHING });
  });
});
