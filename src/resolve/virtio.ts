import { VIRTIO_KINDS } from '../catalog/virtio-devices.ts';
import type { DeviceFamily, LegRules, Rule } from './family.ts';
import { deviceInRelease } from './rules/device-in-release.ts';
import { guestNotifier } from './rules/guest-notifier.ts';
import { irqchipTakesMsi } from './rules/irqchip-for-irqfd.ts';
import { kernelIrqchip } from './rules/kernel-irqchip.ts';
import { kvmIoeventfd } from './rules/kvm-ioeventfd.ts';
import { kvmIrqfd } from './rules/kvm-irqfd.ts';
import { modelledArchitecture } from './rules/modelled-architecture.ts';
import { not } from './rules/not.ts';
import { optionsAgree } from './rules/options-agree.ts';
import { pciBus } from './rules/pci-bus.ts';
import { usesKvm } from './rules/uses-kvm.ts';
import { vhostForGuest } from './rules/vhost-for-guest.ts';
import { virtioBus } from './rules/virtio-bus.ts';
import { usesIoeventfd } from './rules/virtio-ioeventfd.ts';
import { inIothread } from './rules/virtio-iothread.ts';
import { virtioMessages } from './rules/virtio-messages.ts';
import { servedBy } from './rules/virtio-served-by.ts';
import { onMmio, onPci, type VirtioDriver } from './virtio-driver.ts';
import { queuesInUse, sharedVectors } from './virtio-queues.ts';
import { virtioSettings } from './virtio-settings.ts';

const SET_UP_IRQFD = 'QEMU hw/virtio/virtio-pci.c kvm_virtio_pci_vector_vq_use';

/** The virtio devices, each on PCI and on virtio-mmio: kicks from the guest, calls to it. */
export const VIRTIO_FAMILIES: readonly DeviceFamily[] = VIRTIO_KINDS.flatMap((kind) => [
  family(onPci(kind), kind.pci),
  family(onMmio(kind), [kind.mmio]),
]);

function family(driver: VirtioDriver, drivers: readonly string[]): DeviceFamily {
  const bus = driver.transport === 'pci' ? pciBus : virtioBus;
  const prerequisites = [
    deviceInRelease,
    modelledArchitecture,
    bus,
    usesKvm,
    kernelIrqchip,
    optionsAgree(driver),
  ];
  const legs = { kick: kick(driver, prerequisites), call: call(driver, prerequisites) };
  return {
    drivers,
    parents: driver.parents,
    legs: [legs.kick, legs.call],
    settings: (subject) => virtioSettings(driver, subject, legs),
    limits: () => null,
    queuesInUse: (subject) => queuesInUse(driver, subject),
    remarks: (subject) => sharedVectors(driver, subject),
  };
}

function kick(driver: VirtioDriver, prerequisites: readonly Rule[]): LegRules {
  const kvm = kvmIoeventfd({ asksForMany: driver.transport === 'pci' });
  const kvmForVhost = kvmIoeventfd({ asksForMany: false });
  const byVhost = servedBy(driver, 'vhost');
  const byProcess = servedBy(driver, 'vhost-user');
  return {
    leg: 'kick',
    prerequisites,
    candidates: [
      {
        path: 'virtio/notify-vhost-user',
        rules: [byProcess, vhostForGuest(driver, 'vhost-user'), kvmForVhost],
      },
      { path: 'virtio/notify-vhost', rules: [byVhost, vhostForGuest(driver, 'vhost'), kvmForVhost] },
      { path: 'virtio/notify-iothread', rules: [inIothread(driver), kvm] },
      { path: 'virtio/notify-ioeventfd', rules: [usesIoeventfd(driver), kvm] },
      { path: 'virtio/notify-sync', isFallback: true, rules: [] },
    ],
  };
}

function call(driver: VirtioDriver, prerequisites: readonly Rule[]): LegRules {
  const messages = virtioMessages(driver);
  return {
    leg: 'call',
    prerequisites,
    candidates: [
      {
        path: 'virtio/call-irqfd',
        rules: [
          messages,
          guestNotifier(driver),
          irqchipTakesMsi,
          kvmIrqfd('kvm-irqfd', 'irqfd', SET_UP_IRQFD),
        ],
      },
      { path: 'virtio/call-userspace', rules: [messages] },
      { path: 'virtio/call-intx', isFallback: true, rules: [not(messages)] },
    ],
  };
}
