import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intent } from '../../../src/protocol/messages.ts';
import { isPanelIntent, isPanelState } from '../../../src/protocol/panel-guards.ts';
import { PANEL_COMMANDS } from '../../../src/protocol/panel-state.ts';
import type { PanelState } from '../../../src/protocol/panel-state.ts';

const STATE: PanelState = {
  rev: 3,
  subject: {
    kind: 'device',
    uri: 'file:///a.sh',
    fileName: 'a.sh',
    device: 'net0',
    driver: 'vfio-platform',
    line: 4,
    asPath: null,
  },
  busy: false,
  follow: true,
  whatIf: [{ option: 'x-irqfd', from: 'off', to: 'on' }],
  moved: [{ text: 'kernel 6.12 → 4.14', strong: false }],
  assumptions: [{ fact: 'host.qemu', text: 'QEMU 10.1', detail: 'The release.' }],
  notes: [{ severity: 'information', message: 'old spelling', line: 4 }],
  interrupts: 100,
  shape: 0,
  step: 7,
  tab: 'path',
  view: 'sequence',
  detail: 'all',
  folds: true,
  hidden: ['vGIC'],
  section: 'why',
  answer: {
    run: 1,
    path: 'vfio-platform/userspace',
    words: { unit: 'interrupt', destination: "the guest's handler" },
    delta: [{ text: '+4 exits', strong: true }],
    sentence: [{ text: '5 exits', strong: true }],
    trust: 'All of it.',
    shapes: [{ drawing: 1, title: '', count: 100, steps: 80 }],
    reasons: [{ because: 'x-irqfd is off', source: 'QEMU', rejects: null }],
    numbers: [{ title: 'Run', figures: [{ name: 'seed', value: '1' }] }],
  },
  comparison: {
    id: 1,
    columns: [{ title: 'eth0', path: 'vfio-platform/irqfd', shapes: [{ title: '1 exit', count: 100 }] }],
    rows: [{ name: 'exits', values: [{ text: '1', change: '+1', mark: 'largest' }] }],
    deltas: [[{ text: '+1 exit', strong: true }]],
    missing: [],
    per: 'per interrupt',
    isDrawn: false,
  },
  offers: [{ title: 'x-irqfd=on', path: 'vfio-platform/irqfd', detail: '' }],
  trouble: null,
  races: null,
};

const LOOK = {
  tab: 'path',
  view: 'sequence',
  detail: 'all',
  folds: true,
  hidden: ['vGIC'],
  section: 'why',
} as const;

const PLACE = { interrupts: 100, shape: 0, step: 0, follow: true, look: LOOK } as const;

describe('guards of what travels', () => {
  it('accept a state, also after it was sent as JSON, and one with members of a newer version', () => {
    expect(isPanelState(STATE)).toBe(true);
    expect(isPanelState(JSON.parse(JSON.stringify(STATE)))).toBe(true);
    expect(isPanelState({ ...STATE, player: { playing: true } })).toBe(true);
  });

  it('refuse a state in which any one member is missing or of another type', () => {
    for (const key of Object.keys(STATE)) {
      expect(isPanelState({ ...STATE, [key]: undefined }), key).toBe(false);
      expect(isPanelState({ ...STATE, [key]: Symbol('no') }), key).toBe(false);
    }
    expect(isPanelState({ ...STATE, answer: { ...STATE.answer, shapes: [{ title: 1 }] } })).toBe(false);
  });

  it('refuse what is no question when a panel comes back', () => {
    expect(isPanelIntent({ ...PLACE, subject: STATE.subject })).toBe(true);
    expect(
      isPanelIntent({ ...PLACE, subject: { kind: 'path', path: 'a/b' }, shape: 1, step: 2, follow: false }),
    ).toBe(true);
    const added = { kind: 'added', id: 'xgmac', driver: 'vfio-calxeda-xgmac', asPath: null };
    const members = [added, STATE.subject];
    expect(
      isPanelIntent({
        ...PLACE,
        subject: { kind: 'comparison', members },
      }),
    ).toBe(true);
    for (const broken of [
      null,
      'text',
      [],
      {},
      { subject: null, shape: 0, step: 0 },
      { subject: { kind: 'path' } },
      {
        ...PLACE,
        subject: { kind: 'comparison', members: [{ kind: 'comparison', members: [] }] },
      },
    ]) {
      expect(isPanelIntent(broken), JSON.stringify(broken)).toBe(false);
    }
    const now = { ...PLACE, subject: STATE.subject };
    expect(isPanelIntent({ ...now, look: { ...LOOK, tab: 'quit' } })).toBe(false);
    expect(isPanelIntent({ ...now, look: { ...LOOK, hidden: [1] } })).toBe(false);
    expect(isPanelIntent({ ...now, shape: -1 })).toBe(false);
    expect(isPanelIntent({ ...now, step: 0.5 })).toBe(false);
    expect(isPanelIntent({ ...now, interrupts: -100 })).toBe(false);
  });

  it('let the panel ask for its own commands only', () => {
    for (const command of PANEL_COMMANDS) {
      expect(intent.params({ kind: 'command', rev: 0, command }), command).toBe(true);
    }
    expect(intent.params({ kind: 'command', rev: 0, command: 'workbench.action.quit' })).toBe(false);
    expect(intent.params({ kind: 'changeAssumption', rev: 0, fact: 'host.qemu' })).toBe(true);
    expect(intent.params({ kind: 'changeAssumption', rev: 0, fact: 3 })).toBe(false);
    expect(intent.params({ kind: 'setInterrupts', rev: 0, interrupts: 1_000 })).toBe(true);
    expect(intent.params({ kind: 'openCode', rev: 0, at: 'Linux fs/eventfd.c eventfd_write' })).toBe(true);
    expect(intent.params({ kind: 'openCode', rev: 0, at: 'x'.repeat(5_000) })).toBe(false);
  });

  it('never throw', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }), (value) => {
        expect([isPanelState(value), isPanelIntent(value), intent.params(value)]).toEqual([
          false,
          false,
          false,
        ]);
      }),
    );
  });
});
