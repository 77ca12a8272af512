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
  },
  busy: false,
  assumptions: [{ setting: 'irqPath.assume.qemu', text: 'QEMU 10.1', detail: 'The release.' }],
  notes: [{ severity: 'information', message: 'old spelling', line: 4 }],
  tab: 'path',
  shape: 0,
  step: 7,
  section: 'why',
  answer: {
    run: 1,
    path: 'vfio-platform/userspace',
    sentence: [{ text: '5 exits', strong: true }],
    trust: 'All of it.',
    shapes: [{ title: '', count: 100, steps: 80 }],
    reasons: [{ because: 'x-irqfd is off', source: 'QEMU', rejects: null }],
    numbers: [{ title: 'Run', figures: [{ name: 'seed', value: '1' }] }],
  },
  trouble: null,
};

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
    expect(isPanelIntent({ subject: STATE.subject, shape: 0, step: 0 })).toBe(true);
    expect(isPanelIntent({ subject: { kind: 'path', path: 'a/b' }, shape: 1, step: 2 })).toBe(true);
    for (const broken of [
      null,
      'text',
      [],
      {},
      { subject: null, shape: 0, step: 0 },
      { subject: { kind: 'path' } },
    ]) {
      expect(isPanelIntent(broken), JSON.stringify(broken)).toBe(false);
    }
    expect(isPanelIntent({ subject: STATE.subject, shape: -1, step: 0.5 })).toBe(false);
  });

  it('let the panel ask for its own commands only', () => {
    for (const command of PANEL_COMMANDS) {
      expect(intent.params({ kind: 'command', rev: 0, command }), command).toBe(true);
    }
    expect(intent.params({ kind: 'command', rev: 0, command: 'workbench.action.quit' })).toBe(false);
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
