import type { Finding, Rule } from '../family.ts';
import { backendOf, type Backend } from '../virtio-backend.ts';
import type { VirtioDriver } from '../virtio-driver.ts';

const CASES: Readonly<Record<Backend, { readonly holds: string; readonly fails: string }>> = {
  qemu: { holds: 'QEMU serves the queues', fails: 'QEMU does not serve the queues' },
  vhost: { holds: 'the netdev is a tap with vhost=on', fails: 'the netdev has no vhost' },
  'vhost-user': { holds: 'the netdev is vhost-user', fails: 'the netdev is not vhost-user' },
  'vhost-vdpa': { holds: 'the netdev is vhost-vdpa', fails: 'the netdev is not vhost-vdpa' },
};

/** Whether it is this one that works on the queues. */
export function servedBy(driver: VirtioDriver, backend: Backend): Rule {
  return {
    name: 'backend',
    check(subject): Finding {
      const { possible, because, option, given, isDefault, source, range } = backendOf(driver, subject);
      const base = { because, option, value: given, isDefault, source, range };
      if (!possible.includes(backend)) return { ...base, outcome: 'fails' };
      if (possible.length > 1) return { ...base, outcome: 'unknown', cases: CASES[backend] };
      return { ...base, outcome: 'holds' };
    },
  };
}
