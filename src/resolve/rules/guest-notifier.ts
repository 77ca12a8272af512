import { compareReleases, isBetween } from '../../facts/releases.ts';
import type { DeviceInMachine, Finding, Rule } from '../family.ts';
import { backendOf } from '../virtio-backend.ts';
import type { VirtioDriver } from '../virtio-driver.ts';
import { kvmIoeventfd } from './kvm-ioeventfd.ts';
import { inIothread } from './virtio-iothread.ts';
import { usesIoeventfd } from './virtio-ioeventfd.ts';

const TODAY = 'QEMU hw/virtio/virtio.c virtio_notify (qemu_in_iothread), commit 1e9181dc52';
const BEFORE =
  'QEMU hw/block/virtio-blk.c virtio_blk_req_complete, hw/scsi/virtio-scsi.c virtio_scsi_complete_req; traces X1';
const VHOST =
  'QEMU hw/virtio/virtio-pci.c virtio_pci_set_guest_notifiers, hw/net/vhost_net.c vhost_net_start; trace X3-net-vhost-on';
/** Since then virtio-blk and virtio-scsi set up guest notifiers in the main loop too (commits 9ffe337c08, ad07cd69ec). */
const MAIN_LOOP_SINCE = '2.8';

/** Whether who completes a request writes to the guest notifier, which is an irqfd, or has QEMU send the message. */
export function guestNotifier(driver: VirtioDriver): Rule {
  const iothread = inIothread(driver);
  return {
    name: 'guest-notifier',
    check(subject): Finding {
      const { possible, because, option, given, isDefault, range } = backendOf(driver, subject);
      const backend = { option, value: given, isDefault, range, source: VHOST };
      if (!possible.includes('qemu')) {
        return { ...backend, outcome: 'holds', because: `${because}, which writes to the guest notifier` };
      }
      if (possible.length > 1) {
        const cases = { holds: 'the netdev has vhost or is vhost-user', fails: 'QEMU serves the netdev' };
        return { ...backend, outcome: 'unknown', because, cases };
      }
      const thread = iothread.check(subject);
      if (thread.outcome === 'holds') {
        const text = `${thread.because}, and an IOThread writes to the guest notifier`;
        return { ...thread, because: text, source: TODAY };
      }
      return inMainLoop(driver, subject);
    },
  };
}

function inMainLoop(driver: VirtioDriver, subject: DeviceInMachine): Finding {
  const { kind } = driver;
  const { qemu } = subject.machine.facts.host;
  const until = kind.mainLoopIrqfdUntil;
  if (until === null || !isBetween(qemu, MAIN_LOOP_SINCE, until)) {
    const change =
      until !== null && compareReleases(qemu, until) >= 0
        ? ` (since ${until} without the guest notifier)`
        : '';
    const because = `the main loop of QEMU ${qemu} completes the requests of ${kind.name}, and sends the message itself${change}`;
    const base = { option: null, value: null, isDefault: true, range: null };
    return { ...base, outcome: 'fails', because, source: until === null ? TODAY : `${TODAY}; ${BEFORE}` };
  }
  const asked = usesIoeventfd(driver).check(subject);
  const kvm = kvmIoeventfd({ asksForMany: driver.transport === 'pci' }).check(subject);
  const finding = asked.outcome === 'holds' && kvm.outcome === 'fails' ? kvm : asked;
  const because =
    finding.outcome === 'holds'
      ? `${finding.because}: before ${until} the main loop then writes to the guest notifier too`
      : `${finding.because}, and without ioeventfd there is no guest notifier either`;
  return { ...finding, because, source: BEFORE };
}
