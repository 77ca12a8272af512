// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import { EVERY_ROW } from '../../../src/diagram/outline.ts';
import type { PanelState } from '../../../src/protocol/panel-state.ts';
import type { Page, PageRow } from '../../../src/protocol/page.ts';
import type { PanelStore, Listener } from '../../../src/webview/panel-store.ts';
import { answerView } from '../../../src/webview/views/answer-view.ts';
import { stepSection } from '../../../src/webview/views/step-section.ts';
import { troubleView } from '../../../src/webview/views/trouble-view.ts';
import { whySection } from '../../../src/webview/views/why-section.ts';

const STATE: PanelState = {
  rev: 1,
  subject: {
    kind: 'device',
    uri: 'file:///vm.sh',
    fileName: 'vm.sh',
    device: 'eth0',
    driver: 'vfio-platform',
    line: 8,
    asPath: null,
  },
  busy: false,
  follow: true,
  whatIf: [],
  moved: [],
  assumptions: [{ fact: 'host.qemu', text: 'QEMU 10.1', detail: 'The release of QEMU.' }],
  notes: [{ severity: 'information', message: 'an old spelling', line: 8 }],
  interrupts: 100,
  shape: 0,
  step: 1,
  tab: 'path',
  view: 'sequence',
  detail: 'all',
  folds: true,
  hidden: [],
  section: 'step',
  answer: {
    run: 1,
    path: 'vfio-platform/userspace',
    words: { unit: 'interrupt', destination: "the guest's handler" },
    delta: [],
    sentence: [
      { text: '5 exits', strong: true },
      { text: ' <b>per</b> interrupt', strong: false },
    ],
    trust: '≈ 96 % is assumed.',
    shapes: [{ drawing: 1, title: '5 exits', count: 100, steps: 2 }],
    reasons: [
      { because: 'x-irqfd is off', source: 'QEMU hw/vfio/platform.c', rejects: null },
      { because: 'x-irqfd is off', source: 'QEMU hw/vfio/platform.c', rejects: 'vfio-platform/irqfd' },
    ],
    numbers: [],
  },
  comparison: null,
  offers: [],
  trouble: null,
  races: null,
};

const ROW: PageRow = {
  index: 40,
  timeNs: 1_000,
  party: 'xgmac',
  home: 'hardware',
  process: 'xgmac',
  context: 'hardware',
  label: 'assert-line',
  at: 'hardware: level output',
  costNs: 0,
  cost: null,
  costTrust: null,
  tracepoints: [],
  changes: [],
  wokenBy: null,
  position: 0,
  omitted: 0,
  changesAfter: [],
  repeat: null,
  waker: null,
};

const EXIT: PageRow = {
  ...ROW,
  index: 41,
  party: 'KVM',
  home: 'kernel',
  process: 'vCPU 0',
  context: 'thread',
  label: 'kvm-exit',
  at: 'Linux arch/arm64/kvm/handle_exit.c handle_exit',
  costNs: 1_500,
  cost: 'handleExit',
  costTrust: 'A',
  tracepoints: ['kvm:kvm_exit TRAP: HSR_EC: 0x0024 (DABT_LOW)'],
  changes: [{ field: 'in guest', from: '1', to: '0' }],
  wokenBy: 40,
  position: 1,
  waker: { position: 0, label: 'assert-line' },
};

/** A store that has one view to show and notes what it is asked. */
function store(state: PanelState, rows: readonly PageRow[] = [ROW, EXIT]) {
  const command = vi.fn();
  const selectStep = vi.fn();
  const changeAssumption = vi.fn();
  const page: Page = {
    drawing: 1,
    isTimed: true,
    reading: EVERY_ROW,
    number: 0,
    starts: [0],
    total: rows.length,
    before: 0,
    steps: rows.length,
    startNs: 1_000,
    parties: [],
    fields: [],
    rows,
    mermaid: '',
    marks: [],
    beside: null,
  };
  const subscribe = (listener: Listener): void => {
    listener({ state, page, opened: [], pageProblem: null }, null);
  };
  const fake = { subscribe, command, selectStep, changeAssumption } as unknown as PanelStore;
  return { command, selectStep, changeAssumption, fake };
}

describe('the parts of the panel', () => {
  it('show the answer as text, never as HTML, and what it assumes', () => {
    const { fake, command, changeAssumption } = store(STATE);
    const view = answerView(fake);
    expect(view.querySelector('h1')?.textContent).toBe('5 exits <b>per</b> interrupt');
    expect(view.querySelector('h1 b')).toBeNull();
    expect(view.querySelector('[data-testid=assuming]')?.textContent).toContain('QEMU 10.1');
    expect(view.querySelector('[data-testid=trust]')?.textContent).toBe('≈\u00a096\u00a0% is assumed.');
    expect(view.querySelector('.note')?.textContent).toBe('line 9: an old spelling');
    for (const button of view.querySelectorAll('button')) button.click();
    expect(command.mock.calls).toEqual([['openFile'], ['toggleFollow'], ['changeAssumptions']]);
    expect(changeAssumption.mock.calls).toEqual([['host.qemu']]);
  });

  it('put the delta before the answer, mark a what-if and offer to apply or to drop it', () => {
    const delta = [{ text: '+4 exits', strong: true }];
    const whatIf = [{ option: 'x-irqfd', from: 'off', to: 'on' }];
    const answer = STATE.answer && { ...STATE.answer, delta };
    const { fake, command } = store({ ...STATE, answer, whatIf });
    const view = answerView(fake);
    expect(view.textContent.indexOf('+4 exits')).toBeLessThan(view.textContent.indexOf('5 exits'));
    const mark = view.querySelector('[data-testid=what-if]');
    expect(mark?.textContent).toContain('x-irqfd off → on');
    for (const button of mark?.querySelectorAll('button') ?? []) button.click();
    expect(command.mock.calls).toEqual([['applyWhatIf'], ['resetWhatIf']]);
    expect(answerView(store(STATE).fake).querySelector('[data-testid=what-if]')).toBeNull();
  });

  it('show function, cost with its trust in words, trace points and changes of the current step', () => {
    const { fake, selectStep } = store(STATE);
    const openCode = vi.fn();
    const view = stepSection(fake, openCode);
    expect(view.querySelector('.function')?.textContent).toBe('handle_exit');
    expect(view.querySelector('.file')?.textContent).toBe('Linux arch/arm64/kvm/handle_exit.c');
    expect(view.textContent).toContain('1.5 µs handleExit, assumed: nobody has published it');
    expect(view.textContent).toContain('kvm:kvm_exit TRAP: HSR_EC: 0x0024 (DABT_LOW)');
    expect(view.textContent).toContain('in guest 1 → 0');
    for (const button of view.querySelectorAll('button')) button.click();
    expect(openCode.mock.calls).toEqual([[EXIT.at]]);
    expect(selectStep.mock.calls).toEqual([[0]]);
  });

  it('offer no code of hardware', () => {
    const view = stepSection(store({ ...STATE, step: 0 }).fake, vi.fn());
    expect(view.querySelector('.function')?.textContent).toBe(ROW.at);
    expect(view.querySelector('button')).toBeNull();
  });

  it('tell reasons for the path from those against others, each with its source', () => {
    const view = whySection(store(STATE).fake);
    const items = [...view.querySelectorAll('li')].map(({ textContent }) => textContent);
    expect(items).toEqual([
      'x-irqfd is offQEMU hw/vfio/platform.c',
      'vfio-platform/irqfd x-irqfd is offQEMU hw/vfio/platform.c',
    ]);
    expect(view.querySelector('h2')?.textContent).toBe('Not taken');
  });

  it('say why there is no diagram, with the one thing that can be done', () => {
    const action = { label: 'Open File', command: 'openFile' as const };
    const { fake, command } = store({ ...STATE, answer: null, trouble: { message: 'eth0 is gone', action } });
    const view = troubleView(fake);
    expect(view.hidden).toBe(false);
    expect(view.textContent).toBe('eth0 is goneOpen File');
    view.querySelector('button')?.click();
    expect(command.mock.calls).toEqual([['openFile']]);
    expect(troubleView(store(STATE).fake).hidden).toBe(true);
  });
});
