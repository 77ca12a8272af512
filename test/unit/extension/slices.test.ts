import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../../src/base/steps.ts';
import type { Steps } from '../../../src/base/steps.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { silentDefaults } from '../../../src/extension/annotations/silent-defaults.ts';
import { alternative } from '../../../src/extension/question/alternatives.ts';
import { devicesOf } from '../../../src/extension/question/devices.ts';
import { inSlices } from '../../../src/extension/slices.ts';
import { deviceOptions } from '../../../src/extension/what-if/device-options.ts';
import { resolveBySteps, resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const VM = 'qemu-system-x86_64 -M q35,kernel-irqchip=split -accel kvm -kernel vmlinuz -append pci=nomsi';
const NIC = '-device vfio-pci,host=01:00.0';
const read = (text: string) => unwrap(readLaunchFile(text, 'vm.sh'));

describe('a job in slices', () => {
  /** Steps of a millisecond each. */
  function* slowly(steps: number): Steps<number> {
    for (let i = 0; i < steps; i++) {
      const end = performance.now() + 1;
      while (performance.now() < end);
      yield;
    }
    return steps;
  }

  it('pauses every few milliseconds, and has the result of the job', async () => {
    let pauses = 0;
    const result = await inSlices(
      slowly(40),
      () => false,
      () => {
        pauses++;
        return Promise.resolve();
      },
    );
    expect([result, pauses > 4]).toEqual([40, true]);
  });

  it('ends at a pause when nobody needs it any longer', async () => {
    let pauses = 0;
    expect(await inSlices(slowly(1_000), () => ++pauses === 3)).toBeUndefined();
    expect(pauses).toBe(3);
  });
});

describe('a file that is resolved by steps', () => {
  it('gives way after every device, and comes to what it comes to at once', () => {
    const file = read(`${VM} ${NIC} ${NIC},x-no-kvm-intx=on -device virtio-rng-pci\n`);
    const job = resolveBySteps(file, TEST_FACTS);
    let steps = 0;
    while (job.next().done !== true) steps++;
    // Three that are written, and three that a q35 has by default.
    expect(steps).toBe(6);
    expect(runToEnd(resolveBySteps(file, TEST_FACTS))).toEqual(resolveFile(file, TEST_FACTS));
  });

  it('is looked at for silent defaults only where it is in sight', () => {
    const file = read(`${VM} \\\n ${NIC} \\\n ${NIC}\n`);
    const resolved = resolveFile(file, TEST_FACTS);
    const lines = (line?: number): number[] => {
      const at = line === undefined ? undefined : { line, character: 0 };
      const range = at && { start: at, end: { ...at, character: 99 } };
      return runToEnd(silentDefaults(file, resolved, TEST_FACTS, range)).map(({ position }) => position.line);
    };
    expect([lines(), lines(2), lines(7)]).toEqual([[1, 2], [2], []]);
  });
});

describe('what another value would change', () => {
  it('is found out with the rest of the machine around the device', () => {
    const iommu = '-device intel-iommu,intremap=on';
    const settings = [NIC, `${iommu} ${NIC}`].map((devices) => {
      const file = read(`${VM} ${devices}\n`);
      const found = devicesOf(resolveFile(file, TEST_FACTS)).find(
        ({ device }) => device.driver === 'vfio-pci',
      );
      const intx =
        found &&
        deviceOptions(file, found.place, TEST_FACTS).find(({ option }) => option.name === 'x-no-kvm-intx');
      if (!found || !intx) throw new Error('no device');
      const change = { option: intx.option, value: 'off', other: 'on' };
      const there = alternative(file, found, TEST_FACTS, change);
      const whole = read(`${VM} ${devices},x-no-kvm-intx=on\n`);
      const leg = resolveFile(whole, TEST_FACTS).machines[0]?.devices[found.place.device]?.legs[0];
      expect(there && unwrap(there.question).request).toMatchObject({
        path: leg?.path,
        settings: leg?.settings,
      });
      return leg?.settings;
    });
    expect(settings[0]).not.toEqual(settings[1]);
  });
});
