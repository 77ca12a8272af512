import { findDevice } from '../../catalog/devices.ts';
import { compareReleases } from '../../facts/releases.ts';
import type { Finding, Rule } from '../family.ts';

/** Whether the QEMU of the facts has the device at all. */
export const deviceInRelease: Rule = {
  name: 'device-in-release',
  check({ device, machine }): Finding {
    const driver = device.driver.text;
    const { qemu } = machine.facts.host;
    const doc = findDevice(driver);
    const source = doc?.sources.map(({ where }) => where).join('; ') ?? 'not documented here';
    const base = { option: null, value: null, isDefault: true, source, range: device.driver.range };
    if (doc?.removed != null && compareReleases(qemu, doc.removed) >= 0) {
      const because = `${driver} was removed in QEMU ${doc.removed}, and this is QEMU ${qemu}`;
      const message = `${because}; QEMU ${doc.last ?? ''} is the last with it`;
      return {
        ...base,
        outcome: 'fails',
        because,
        problem: { code: 'device-removed', severity: 'error', message },
      };
    }
    if (doc !== undefined && compareReleases(qemu, doc.introduced) < 0) {
      const because = `${driver} came with QEMU ${doc.introduced}, and this is QEMU ${qemu}`;
      return {
        ...base,
        outcome: 'fails',
        because,
        problem: { code: 'device-not-in-release', severity: 'error', message: because },
      };
    }
    const deprecated = doc?.deprecated == null ? '' : `deprecated in ${doc.deprecated}`;
    const end = doc?.removed == null ? deprecated : `${deprecated}, removed in ${doc.removed}`;
    return {
      ...base,
      outcome: 'holds',
      because: `QEMU ${qemu} has ${driver}${end === '' ? '' : ` (${end})`}`,
    };
  },
};
