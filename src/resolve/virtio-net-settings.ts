import type { PathSettings } from '../paths/path.ts';
import type { DeviceInMachine } from './family.ts';
import { optionValue, readUnsigned } from './option-value.ts';
import type { VirtioDriver } from './virtio-driver.ts';

/** Bursts that are as large are never full in a run. */
const LARGEST_BURST = 256;
const LONGEST_TIMER_US = 1_000_000;
const LARGEST = 0xffff_ffff;

/**
 * What a file says of how QEMU sends for a network card: as far as it says it. Any word but `timer` means a bottom half.
 * Source: QEMU hw/net/virtio-net.c `virtio_net_device_realize`.
 */
export function netSettings(driver: VirtioDriver, subject: DeviceInMachine): PathSettings {
  if (driver.kind.name !== 'virtio-net') return {};
  const tx = optionValue(subject, driver, 'tx');
  const burst = written(driver, subject, 'x-txburst');
  const timerNs = written(driver, subject, 'x-txtimer');
  const byTimer = tx.property !== null && tx.known && tx.text === 'timer';
  return {
    ...(byTimer ? { tx: 'timer' } : {}),
    ...(byTimer && timerNs !== undefined ? { txTimerUs: timerUs(timerNs) } : {}),
    ...(burst === undefined || burst === 0 ? {} : { txBurst: Math.min(burst, LARGEST_BURST) }),
  };
}

function timerUs(ns: number): number {
  return Math.min(LONGEST_TIMER_US, Math.max(1, Math.round(ns / 1000)));
}

/** The number that the file gives; undefined if it gives none. */
function written(driver: VirtioDriver, subject: DeviceInMachine, name: string): number | undefined {
  const value = optionValue(subject, driver, name);
  return value.property !== null && value.known ? readUnsigned(value.text, LARGEST) : undefined;
}
