import { compareReleases } from '../../facts/releases.ts';
import { lastNamed } from '../decision.ts';
import type { DeviceInMachine, Finding, Rule } from '../family.ts';
import { follow } from '../links.ts';
import { optionValue, readBoolean } from '../option-value.ts';
import type { VirtioDriver } from '../virtio-driver.ts';
import { virtioMessages } from './virtio-messages.ts';

/** Since then vhost serves guests without MSI-X without being forced to. */
const FOR_ALL = { vhost: '2.6', 'vhost-user': '2.5' } as const;
const SOURCE =
  'QEMU hw/virtio/vhost.c vhost_dev_query, commits 5430a28fe4, 1e7398a140 and 24f938a682 (first released in 2.6 and 2.5: unverified)';

/** Whether QEMU starts vhost for this guest; once only for guests with MSI-X, unless `vhostforce=on`. */
export function vhostForGuest(driver: VirtioDriver, backend: 'vhost' | 'vhost-user'): Rule {
  const messages = virtioMessages(driver);
  const since = FOR_ALL[backend];
  return {
    name: 'vhost-for-guest',
    check(subject): Finding {
      const { qemu } = subject.machine.facts.host;
      const base = { option: null, value: null, isDefault: true, source: SOURCE, range: null };
      const isNet = driver.kind.backend === 'netdev';
      if (!isNet || driver.transport === 'mmio' || compareReleases(qemu, since) >= 0) {
        return {
          ...base,
          outcome: 'holds',
          because: `QEMU ${qemu} starts ${backend} for guests without MSI-X too`,
        };
      }
      if (isForced(driver, subject)) {
        return { ...base, outcome: 'holds', because: 'vhostforce=on starts it for guests without MSI-X too' };
      }
      const finding = messages.check(subject);
      const because =
        finding.outcome === 'holds'
          ? `QEMU ${qemu} starts ${backend} for guests with MSI-X`
          : `QEMU ${qemu} starts ${backend} only for guests with MSI-X, or with vhostforce=on`;
      return { ...finding, because, source: SOURCE };
    },
  };
}

function isForced(driver: VirtioDriver, subject: DeviceInMachine): boolean {
  const { property } = optionValue(subject, driver, 'netdev');
  const link = property === null ? undefined : follow(subject.machine.vm, property, ['netdev']);
  if (link?.kind !== 'found') return false;
  const force = lastNamed(link.option.properties, ['vhostforce']);
  return force !== undefined && readBoolean(force.value?.text ?? 'on') === true;
}
