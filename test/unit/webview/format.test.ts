import { describe, expect, it } from 'vitest';
import { clock, codePlace, unbroken } from '../../../src/webview/format.ts';

describe('the words of a row', () => {
  it('give a time the unit that suits it, and none twice', () => {
    const times = [0, 999, 1_000, 12_345, 999_949, 999_950, 110_000_000, 999_949_999, 999_950_000, 2e9];
    expect(times.map(clock)).toEqual([
      '0 ns',
      '999 ns',
      '1.0 µs',
      '12.3 µs',
      '999.9 µs',
      '1.0 ms',
      '110.0 ms',
      '999.9 ms',
      '1.00 s',
      '2.00 s',
    ]);
  });

  it('break no line between a number and its unit, and leave other words and names alone', () => {
    expect(unbroken('+3.9 exits, ≈ +670 ns latency, 5 µs, 62 % of 3 steps in 2 seconds')).toBe(
      '+3.9 exits, ≈\u00a0+670\u00a0ns latency, 5\u00a0µs, 62\u00a0% of 3 steps in 2 seconds',
    );
    expect(unbroken('irq 20 s-bit')).toBe('irq 20 s-bit');
  });

  it('take the place in the code apart, and leave alone what is none', () => {
    expect(codePlace('Linux virt/kvm/eventfd.c irqfd_wakeup (level)')).toEqual({
      tree: 'Linux',
      file: 'virt/kvm/eventfd.c',
      function: 'irqfd_wakeup (level)',
    });
    expect(codePlace('hardware: DMA status register')).toEqual({
      tree: '',
      file: '',
      function: 'hardware: DMA status register',
    });
  });
});
