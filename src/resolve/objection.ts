import type { Property } from '../config/launch-file.ts';
import type { DeviceInMachine, Finding } from './family.ts';
import type { VirtioDriver } from './virtio-driver.ts';

/** A reason why QEMU would not start, or not serve, a device with these options; null if there is none. */
export type Objection = (driver: VirtioDriver, subject: DeviceInMachine) => Finding | null;

/** QEMU refuses: what it says, and what would be right. */
export function refused(
  property: Property,
  { code, because, expected, source }: Readonly<Record<'code' | 'because' | 'expected' | 'source', string>>,
): Finding {
  return {
    outcome: 'fails',
    because,
    option: property.key.text,
    value: property.value?.text ?? 'on',
    isDefault: false,
    source,
    range: property.range,
    problem: { code, severity: 'error', message: `${because}; expected ${expected}` },
  };
}
