import { describe, expect, it } from 'vitest';
import { changedRows } from '../../../src/extension/devices/changed-rows.ts';
import type { Row } from '../../../src/extension/devices/changed-rows.ts';

const row = (key: string, text: string, ...children: readonly Row[]): Row => ({ key, text, children });

/** A tree of two devices; the text of the first and of one of its options may be others. */
const tree = (device = 'intx-irqfd', option = 'off'): Row =>
  row(
    '',
    '',
    row(
      'vm',
      'kvm',
      row('line', device, row('line#x-no-kvm-intx', option), row('line#mmap-timeout', '1100')),
      row('disk', 'notify-ioeventfd', row('disk#ioeventfd', 'on')),
    ),
  );

describe('rows of the tree that are drawn anew', () => {
  it('are none where all say what they said', () => {
    expect(changedRows(tree(), tree())).toEqual([]);
  });

  it('are those alone that say something else', () => {
    expect(changedRows(tree(), tree('intx-irqfd', 'on'))).toEqual(['line#x-no-kvm-intx']);
  });

  it('bring the rows below them, which are not named again', () => {
    expect(changedRows(tree(), tree('intx-userspace', 'on'))).toEqual(['line']);
  });

  it('are the ones above a row that came, went or took the place of another', () => {
    const none = row('', '');
    const swapped = row('', '', row('vm', 'kvm', ...[...(tree().children[0]?.children ?? [])].reverse()));
    expect(changedRows(none, tree())).toEqual(['']);
    expect(changedRows(tree(), none)).toEqual(['']);
    expect(changedRows(tree(), swapped)).toEqual(['vm']);
  });
});
