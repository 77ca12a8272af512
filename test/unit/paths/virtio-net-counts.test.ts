import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../../src/analysis/simulation.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { simulatePath } from '../../support/runs.ts';

const SYNC = 'virtio/notify-sync';
const IOEVENTFD = 'virtio/notify-ioeventfd';
const STEADY = { device: 'virtio-net', jitterPercent: 0, wakeJitterPercent: 0 };

function run(path: string, settings: PathSettings, interrupts = 200): Simulation {
  return simulatePath(path, { ...STEADY, ...settings }, { interrupts });
}

/** Notifications for each packet that the device takes. */
function kicksPerPacket(path: string, settings: PathSettings): number {
  const { steps } = run(path, settings);
  const count = (mark: string): number => steps.filter(({ marks }) => marks.includes(mark)).length;
  expect(count('request-taken')).toBe(200);
  return count('kick') / count('request-taken');
}

describe('small messages in quick succession', () => {
  const messages = { queueDepth: 32, periodUs: 4, messageBytes: 200 };

  it('need more notifications with ioeventfd, as the guest runs on until the device turns them off', () => {
    const off = { ...messages, eventIdx: 'off' };
    expect(kicksPerPacket(IOEVENTFD, off)).toBeGreaterThan(1.5 * kicksPerPacket(SYNC, off));
  });

  it('but not with event_idx, where a notification turns off the next by itself', () => {
    expect(kicksPerPacket(IOEVENTFD, messages)).toBeCloseTo(kicksPerPacket(SYNC, messages), 1);
  });
});

describe('a guest that spins until its command is answered', () => {
  it('burns its CPU while the main loop is woken, and does not without ioeventfd', () => {
    const command = { traffic: 'command' };
    const [sync, ioeventfd] = [SYNC, IOEVENTFD].map((path) => run(path, command));
    const spins = (simulation?: Simulation): number =>
      simulation?.steps.filter(({ marks }) => marks.includes('spin')).length ?? 0;
    expect(spins(sync)).toBe(0);
    expect(spins(ioeventfd)).toBeGreaterThan(20 * 200);
    expect(ioeventfd?.summary.cpuNsPerInterrupt.guest).toBeGreaterThan(
      10 * (sync?.summary.cpuNsPerInterrupt.guest ?? 0),
    );
  });
});

describe('a burst', () => {
  it('that is full makes the device interrupt itself', () => {
    const labels = (txBurst: number): string[] =>
      run(IOEVENTFD, { queueDepth: 32, periodUs: 1, txBurst }).steps.map(({ label }) => label);
    const bottomHalves = (txBurst: number): number =>
      labels(txBurst).filter((label) => label === 'tx-bottom-half').length;
    expect(bottomHalves(1)).toBeGreaterThan(2 * bottomHalves(8));
  });
});
