// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';
import { simulate } from '../../../src/analysis/simulate.ts';
import { describeRaces } from '../../../src/extension/races/describe-races.ts';
import type { WhatIfChange } from '../../../src/protocol/panel-state.ts';
import { answerView } from '../../../src/webview/views/answer-view.ts';
import { interruptsPicker } from '../../../src/webview/views/interrupts-picker.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';
import { connectPanel } from './connected-panel.ts';
import type { ConnectedPanel } from './connected-panel.ts';

const CHANGE: WhatIfChange = { option: 'x-no-kvm-intx', from: 'on', to: 'off' };

describe('the answer', () => {
  let panel: ConnectedPanel;
  let view: HTMLElement;
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
  const button = (name: string): HTMLButtonElement =>
    [...view.querySelectorAll('button')].find(({ textContent }) => textContent === name)!;
  /** A device of a file on a path, with these what-ifs. */
  const answer = async (path: string, whatIf: readonly WhatIfChange[]): Promise<void> => {
    const simulation = unwrap(simulate({ path, facts: TEST_FACTS, interrupts: 5 }));
    panel.model.begin({
      kind: 'device',
      uri: 'file:///vm.sh',
      fileName: 'vm.sh',
      device: 'line',
      driver: 'vfio-pci',
      line: 4,
      asPath: null,
    });
    panel.model.finish({
      kind: 'run',
      simulation,
      measured: simulation,
      assumptions: [{ fact: 'host.qemu', text: 'QEMU 10.1', detail: 'The release of QEMU.' }],
      reasons: [],
      notes: [],
      whatIf,
      delta: [],
    });
    panel.model.setRaces(describeRaces(simulation));
    await settle();
  };

  beforeEach(async () => {
    panel = connectPanel();
    view = answerView(panel.store);
    document.body.replaceChildren(view, interruptsPicker(panel.store));
    await panel.store.start();
  });

  it('keeps the focus where the button that has it goes, at the one before it', async () => {
    await answer('vfio-pci/intx-irqfd', [CHANGE]);
    button('Apply to File').focus();
    await answer('vfio-pci/intx-irqfd', []);
    expect(button('Apply to File')).toBeUndefined();
    expect(document.activeElement).toBe(button('vm.sh:5'));
  });

  it('keeps the focus on a button that is drawn anew with another value', async () => {
    await answer('vfio-pci/intx-irqfd', []);
    const follow = (): HTMLButtonElement => view.querySelector('[data-testid=follow]')!;
    const before = follow();
    before.focus();
    panel.model.setFollow(false);
    await settle();
    expect(follow()).not.toBe(before);
    expect(document.activeElement).toBe(follow());
  });

  it('leaves alone what is drawn of the parts that another message says again', async () => {
    await answer('vfio-pci/intx-irqfd', [CHANGE]);
    const before = button('Apply to File');
    panel.model.setInterrupts(1_000);
    await settle();
    expect(document.querySelector('select')?.selectedIndex).toBe(1);
    expect(button('Apply to File')).toBe(before);
  });

  it('says how many known bugs the path has in the versions that are assumed, and leads to them', async () => {
    await answer('vfio-pci/intx-userspace', []);
    const { bugs } = panel.model.state.races!;
    const here = bugs.filter(({ isOn }) => isOn).length;
    expect(here).toBeGreaterThan(0);
    const known = view.querySelector<HTMLButtonElement>('[data-testid=known-bugs]')!;
    expect(known.textContent).toBe(
      `${String(bugs.length)} known bug${bugs.length === 1 ? '' : 's'}, ${String(here)} in these versions`,
    );
    known.click();
    await settle();
    expect(panel.model.state.tab).toBe('races');
  });

  it('counts interrupts, and requests on a path to the device', async () => {
    const picker = document.querySelector('select')!;
    await answer('vfio-pci/intx-irqfd', []);
    expect(picker.ariaLabel).toBe('Number of interrupts');
    await answer('virtio/notify-ioeventfd', []);
    expect(picker.ariaLabel).toBe('Number of requests');
    expect(picker.selectedOptions[0]?.textContent).toBe('100 requests');
  });
});
