import type { PathSettings } from '../paths/path.ts';
import type { DeviceFamily, DeviceInMachine } from './family.ts';
import { machineSettings, onOff } from './machine-settings.ts';
import { booleanOf, optionValue, readUnsigned } from './option-value.ts';
import { deviceInRelease } from './rules/device-in-release.ts';
import { guestIntx, guestMsi } from './rules/guest-msi.ts';
import { interruptPosting } from './rules/interrupt-posting.ts';
import { irqchipTakesLine, irqchipTakesMsi } from './rules/irqchip-for-irqfd.ts';
import { kernelIrqchip } from './rules/kernel-irqchip.ts';
import { kvmIrqfd } from './rules/kvm-irqfd.ts';
import { kvmMsi } from './rules/kvm-msi.ts';
import { modelledArchitecture } from './rules/modelled-architecture.ts';
import { never } from './rules/never.ts';
import { optionIs } from './rules/option-is.ts';
import { pciBus } from './rules/pci-bus.ts';
import { lineIsEnded, splitIrqchip } from './rules/split-resample.ts';
import { usesKvm } from './rules/uses-kvm.ts';

const PARENTS = ['vfio-pci'];
const ENABLE_KVM = 'QEMU hw/vfio/pci.c vfio_intx_enable_kvm';
const CONNECT_MSI = 'QEMU hw/vfio/pci.c vfio_connect_kvm_msi_virq';

const noKvmIntx = optionIs('x-no-kvm-intx', 'off', PARENTS, ENABLE_KVM);
const messageToKvm = [
  guestMsi,
  kvmMsi(PARENTS),
  irqchipTakesMsi,
  kvmIrqfd('kvm-irqfd', 'irqfd', CONNECT_MSI),
];

/** Assigned PCI devices: MSI-X or MSI if guest and device have it, else a level-triggered line. */
export const VFIO_PCI_FAMILY: DeviceFamily = {
  drivers: ['vfio-pci', 'vfio-pci-nohotplug'],
  parents: PARENTS,
  legs: [
    {
      leg: 'interrupt',
      prerequisites: [deviceInRelease, modelledArchitecture, pciBus, usesKvm, kernelIrqchip],
      candidates: [
        { path: 'vfio-pci/posted', rules: [...messageToKvm, interruptPosting] },
        { path: 'vfio-pci/msi-irqfd', rules: messageToKvm },
        { path: 'vfio-pci/msi-userspace', isFallback: true, rules: [guestMsi] },
        {
          path: 'vfio-pci/intx-irqfd',
          rules: [
            guestIntx,
            noKvmIntx,
            kvmIrqfd('kvm-irqfd', 'irqfd', ENABLE_KVM),
            kvmIrqfd('kvm-resamplefd', 'resamplefd', ENABLE_KVM),
            irqchipTakesLine,
          ],
        },
        { path: 'vfio-pci/intx-split', rules: [guestIntx, noKvmIntx, splitIrqchip] },
        { path: 'vfio-pci/intx-userspace', isFallback: true, rules: [guestIntx, lineIsEnded(PARENTS)] },
        {
          path: 'irqfd/level-pulse',
          rules: [
            never(
              'no-resample',
              'an irqfd without a resample eventfd would leave the line masked; QEMU always gives one',
              ENABLE_KVM,
            ),
          ],
        },
        {
          path: 'irqfd/eoifd',
          rules: [
            never(
              'never-merged',
              'KVM_EOIFD of 2012 was never merged; resample eventfds were',
              'document 003',
            ),
          ],
        },
        {
          path: 'irqfd/deassert-on-ack',
          rules: [
            never(
              'never-merged',
              'KVM_IRQFD_FLAG_DEASSERT_ON_ACK of 2012 was never merged; resample eventfds have its shape',
              'document 003',
            ),
          ],
        },
      ],
    },
  ],
  settings,
  limits: () => null,
};

function settings(subject: DeviceInMachine): PathSettings {
  const timeout = optionValue(subject, { parents: PARENTS }, 'x-intx-mmap-timeout-ms');
  const mmapTimeoutMs = timeout.known ? readUnsigned(timeout.text, 0xffff_ffff) : undefined;
  const noMmap = optionValue(subject, { parents: PARENTS }, 'x-no-mmap');
  const isUnmapped = booleanOf(noMmap);
  return {
    ...machineSettings(subject.machine),
    ...(timeout.property !== null && mmapTimeoutMs !== undefined ? { mmapTimeoutMs } : {}),
    ...(noMmap.property !== null && isUnmapped !== undefined ? { mmap: onOff(!isUnmapped) } : {}),
  };
}
