import { describe, expect, it } from 'vitest';
import { simulate } from '../../../../src/analysis/simulate.ts';
import { codePlaces } from '../../../../src/catalog/code-places.ts';
import { PanelModel } from '../../../../src/extension/panel/panel-model.ts';
import { TEST_FACTS } from '../../../support/facts.ts';
import { unwrap } from '../../../support/unwrap.ts';

function model(): PanelModel {
  const simulation = unwrap(simulate({ path: 'vfio-pci/intx-irqfd', facts: TEST_FACTS, interrupts: 5 }));
  const panel = new PanelModel(() => undefined);
  panel.begin({ kind: 'path', path: simulation.path });
  const nothing = { assumptions: [], reasons: [], notes: [], whatIf: [], delta: [] };
  panel.finish({ kind: 'run', simulation, measured: simulation, ...nothing });
  return panel;
}

describe('a panel that is asked for a function', () => {
  it('goes to its first step, where the user can see it', () => {
    const panel = model();
    const [inject] = codePlaces('Linux virt/kvm/eventfd.c irqfd_inject');
    if (!inject) throw new Error('no place');
    const all = panel.shown()?.rows ?? [];
    const first = all.findIndex(({ at }) => at.includes('irqfd_inject'));
    const party = all[first]?.party ?? '';
    panel.setLook({ ...panel.state, tab: 'races', section: 'why', hidden: [party, 'another'] });
    panel.goTo(inject);
    expect(first).toBeGreaterThan(0);
    expect(panel.step).toEqual(all[first]);
    expect(panel.state).toMatchObject({
      shape: 0,
      step: first,
      tab: 'path',
      detail: 'all',
      section: 'step',
      hidden: ['another'],
    });
  });

  it('stays where it is if the run never comes to it', () => {
    const panel = model();
    const { rev } = panel.state;
    for (const place of codePlaces('QEMU hw/vfio/platform.c vfio_platform_eoi')) panel.goTo(place);
    expect(panel.state.rev).toBe(rev);
  });

  it('has no step while there is no answer', () => {
    expect(new PanelModel(() => undefined).step).toBeUndefined();
  });
});
