import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_FACTS, readFacts } from '../../../src/facts/read-facts.ts';

describe('reading --host and --guest', () => {
  it('gives the documented defaults when nothing is said', () => {
    expect(readFacts(undefined, undefined)).toEqual({ ok: true, value: DEFAULT_FACTS });
    expect(DEFAULT_FACTS.host).toMatchObject({ qemu: '10.1', kernel: '6.12', cpus: 2, gicEoiMode: 1 });
  });

  it('changes what is said and keeps the rest', () => {
    const facts = readFacts('qemu=7.2.22,cpus=4,irqCpu=3,gic=2', 'msi=off');
    expect(facts).toEqual({
      ok: true,
      value: {
        host: { ...DEFAULT_FACTS.host, qemu: '7.2.22', cpus: 4, irqCpu: 3, gic: '2' },
        guest: { ...DEFAULT_FACTS.guest, msi: 'off' },
      },
    });
  });

  it.each([
    ['qemo=7.2', undefined, "--host, column 1: unknown fact 'qemo'; did you mean 'qemu'?"],
    ['qemu=7.2,zzz=1', undefined, /^--host, column 10: unknown fact 'zzz'; known are qemu, kernel/],
    [
      'qemu=7.2,cpus=two',
      undefined,
      "--host, column 10: 'two' is no value for cpus; expected a whole number from 1 to 64",
    ],
    ['cpus=0', undefined, /'0' is no value for cpus; expected a whole number from 1 to 64/],
    ['cpus', undefined, "--host, column 1: 'cpus' needs a value: cpus=…, a whole number from 1 to 64"],
    ['qemu=', undefined, /'' is no value for qemu; expected a release number/],
    ['qemu=7.2,qemu=8.0', undefined, "--host, column 10: 'qemu' is given twice"],
    ['irqCpu=2', undefined, /irqCpu=2 does not exist on a host with cpus=2/],
    [undefined, 'msi=maybe', "--guest, column 1: 'maybe' is no value for msi; expected on or off"],
    ['qemu=7.2,', undefined, /column 10: unknown fact ''/],
  ])('says what is wrong with %j %j, where, and what was expected', (host, guest, message) => {
    const facts = readFacts(host, guest);
    if (facts.ok) throw new Error('expected a refusal');
    if (typeof message === 'string') expect(facts.error).toBe(message);
    else expect(facts.error).toMatch(message);
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (host, guest) => {
        const facts = readFacts(host, guest);
        if (!facts.ok) expect(facts.error).toMatch(/^--(host|guest)/);
      }),
    );
  });
});
