import { describe, expect, it } from 'vitest';
import { ALL_PATHS } from '../../../../src/paths/all-paths.ts';
import { lanesOf } from '../../../../src/webview/time/lanes.ts';
import { rowsOf } from './rows.ts';

const PATHS = ALL_PATHS.map(({ info }) => info.id);

describe('the lanes of a cycle', () => {
  it.each(PATHS)('%s: no thread takes two steps at a time, and waits end where steps begin', (path) => {
    const rows = rowsOf(path);
    const { bars, waits, links, lanes, endNs } = lanesOf(rows);
    expect(bars.map(({ row }) => row)).toEqual(rows.map((_, i) => i));
    for (const process of new Set(rows.map((row) => row.process))) {
      let busyUntil = 0;
      for (const { startNs, endNs: end } of bars.filter(({ row }) => rows[row]?.process === process)) {
        expect(startNs).toBeGreaterThanOrEqual(busyUntil - 1e-6);
        expect(end).toBeGreaterThanOrEqual(startNs);
        busyUntil = end;
      }
    }
    for (const { row, startNs, endNs: end } of waits) {
      expect(end).toBe(bars[row]?.startNs);
      expect(startNs).toBeLessThan(end);
    }
    for (const { from, to, timeNs } of links) {
      expect(from).not.toBe(to);
      expect(lanes[from] && lanes[to]).toBeDefined();
      expect(timeNs).toBeLessThanOrEqual(endNs);
    }
  });

  it('are one a thread and home, from the hardware to the guest, interrupts before threads', () => {
    expect(
      lanesOf(rowsOf('vfio-platform/userspace')).lanes.map(({ process, home }) => `${home}: ${process}`),
    ).toEqual([
      'hardware: xgmac',
      'kernel: host IRQ',
      'kernel: main loop',
      'kernel: vCPU 0',
      'qemu: main loop',
      'qemu: vCPU 0',
      'guest: guest',
    ]);
  });

  it('show who was woken by whom, and how long that took', () => {
    const rows = rowsOf('vfio-pci/intx-irqfd');
    const { waits, links, lanes } = lanesOf(rows);
    const inject = rows.findIndex(({ label }) => label === 'irqfd-inject');
    const link = links.find(({ row }) => row === inject);
    expect(link?.kind).toBe('wake');
    expect(lanes[link?.from ?? -1]?.process).toBe('host IRQ');
    expect(lanes[link?.to ?? -1]?.process).toBe('kworker');
    const wait = waits.find(({ row }) => row === inject);
    const waker = rows.find(({ index }) => index === rows[inject]?.wokenBy);
    expect(wait?.startNs).toBe(waker!.timeNs - rows[0]!.timeNs);
  });

  it('tell exits, entries and returns to QEMU from other changes of lanes', () => {
    const rows = rowsOf('vfio-platform/userspace');
    const { links } = lanesOf(rows);
    const count = (kind: string): number => links.filter((link) => link.kind === kind).length;
    const labelled = (label: string): number => rows.filter((row) => row.label === label).length;
    expect(count('exit')).toBe(labelled('leave-guest'));
    expect(count('entry')).toBe(labelled('enter-guest') - 1 + Number(rows.at(-1)?.label !== 'enter-guest'));
    expect(count('userspace')).toBe(labelled('exit-to-qemu'));
    const target = (kind: string): Set<string | undefined> =>
      new Set(links.filter((link) => link.kind === kind).map(({ row }) => rows[row]?.home));
    expect([...target('exit')]).toEqual(['kernel']);
    expect([...target('entry')]).toEqual(['guest']);
    expect([...target('userspace')]).toEqual(['qemu']);
  });

  it('do not take a period of the device or a timeout for work', () => {
    const rows = rowsOf('vfio-pci/intx-irqfd');
    const { bars, pending } = lanesOf(rows);
    // The device asserted its line after a millisecond in which it did nothing.
    expect(rows[0]?.costNs).toBeGreaterThan(500_000);
    expect(bars[0]).toMatchObject({ startNs: 0, endNs: 0 });
    expect(pending.map(({ row }) => row)).toContain(0);
  });

  it('of no rows are none', () => {
    expect(lanesOf([])).toEqual({ lanes: [], bars: [], pending: [], waits: [], links: [], endNs: 0 });
  });
});
