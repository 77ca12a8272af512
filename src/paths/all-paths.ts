import { nearestOrAll } from '../base/nearest-name.ts';
import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { EMULATED_DOORBELL_IOEVENTFD } from './emulated-doorbell-ioeventfd.ts';
import { EMULATED_DOORBELL_SYNC } from './emulated-doorbell-sync.ts';
import { EMULATED_LINE } from './emulated-line.ts';
import { EMULATED_MSI } from './emulated-msi.ts';
import { IRQFD_DEASSERT_ON_ACK } from './irqfd-deassert-on-ack.ts';
import { IRQFD_EOIFD } from './irqfd-eoifd.ts';
import { IRQFD_LEVEL_PULSE } from './irqfd-level-pulse.ts';
import type { PathModule } from './path.ts';
import { VFIO_PCI_INTX_IRQFD } from './vfio-pci-intx-irqfd.ts';
import { VFIO_PCI_INTX_SPLIT } from './vfio-pci-intx-split.ts';
import { VFIO_PCI_INTX_USERSPACE } from './vfio-pci-intx-userspace.ts';
import { VFIO_PCI_MSI_IRQFD } from './vfio-pci-msi-irqfd.ts';
import { VFIO_PCI_MSI_USERSPACE } from './vfio-pci-msi-userspace.ts';
import { VFIO_PCI_POSTED } from './vfio-pci-posted.ts';
import { VFIO_PLATFORM_EOI_UNMASK } from './vfio-platform-eoi-unmask.ts';
import { VFIO_PLATFORM_FORWARDED } from './vfio-platform-forwarded.ts';
import { VFIO_PLATFORM_IRQFD } from './vfio-platform-irqfd.ts';
import { VFIO_PLATFORM_USERSPACE } from './vfio-platform-userspace.ts';
import { VIRTIO_CALL_INTX } from './virtio-call-intx.ts';
import { VIRTIO_CALL_IRQFD } from './virtio-call-irqfd.ts';
import { VIRTIO_CALL_USERSPACE } from './virtio-call-userspace.ts';
import { VIRTIO_NOTIFY_IOEVENTFD } from './virtio-notify-ioeventfd.ts';
import { VIRTIO_NOTIFY_IOTHREAD } from './virtio-notify-iothread.ts';
import { VIRTIO_NOTIFY_SYNC } from './virtio-notify-sync.ts';
import { VIRTIO_NOTIFY_VHOST_USER } from './virtio-notify-vhost-user.ts';
import { VIRTIO_NOTIFY_VHOST } from './virtio-notify-vhost.ts';

/** Every path that is built, in the order in which it is listed to people. */
export const ALL_PATHS: readonly PathModule[] = [
  VFIO_PLATFORM_USERSPACE,
  VFIO_PLATFORM_IRQFD,
  VFIO_PLATFORM_FORWARDED,
  VFIO_PLATFORM_EOI_UNMASK,
  VFIO_PCI_INTX_IRQFD,
  VFIO_PCI_INTX_USERSPACE,
  VFIO_PCI_INTX_SPLIT,
  VFIO_PCI_MSI_IRQFD,
  VFIO_PCI_MSI_USERSPACE,
  VFIO_PCI_POSTED,
  IRQFD_LEVEL_PULSE,
  IRQFD_EOIFD,
  IRQFD_DEASSERT_ON_ACK,
  VIRTIO_NOTIFY_SYNC,
  VIRTIO_NOTIFY_IOEVENTFD,
  VIRTIO_NOTIFY_IOTHREAD,
  VIRTIO_NOTIFY_VHOST,
  VIRTIO_NOTIFY_VHOST_USER,
  VIRTIO_CALL_IRQFD,
  VIRTIO_CALL_USERSPACE,
  VIRTIO_CALL_INTX,
  EMULATED_LINE,
  EMULATED_MSI,
  EMULATED_DOORBELL_SYNC,
  EMULATED_DOORBELL_IOEVENTFD,
];

const BY_ID: ReadonlyMap<string, PathModule> = new Map(ALL_PATHS.map((path) => [path.info.id, path]));

/** The path of that id; the error says which one was most likely meant, else which there are. */
export function readPath(id: string): Result<PathModule> {
  const module = findPath(id);
  if (module !== undefined) return ok(module);
  const ids = ALL_PATHS.map(({ info }) => info.id);
  return fail(`no path "${id}" is built; ${nearestOrAll(id, ids, 'built:')}`);
}

/** The path of that id. */
export function findPath(id: string): PathModule | undefined {
  return BY_ID.get(id);
}
