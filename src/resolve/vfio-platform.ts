import { automasked } from './rules/automasked.ts';
import { deviceInRelease } from './rules/device-in-release.ts';
import { edgeIrqfd } from './rules/edge-irqfd.ts';
import { gsiMap } from './rules/gsi-map.ts';
import { gicVersionRule } from './rules/gic-version-rule.ts';
import { kernelIrqchip } from './rules/kernel-irqchip.ts';
import { kvmIrqfd } from './rules/kvm-irqfd.ts';
import { never } from './rules/never.ts';
import { platformBus } from './rules/platform-bus.ts';
import { usesKvm } from './rules/uses-kvm.ts';
import { optionIs } from './rules/option-is.ts';
import type { DeviceFamily, DeviceInMachine } from './family.ts';
import type { PathSettings } from '../paths/path.ts';
import { booleanOf, optionValue, readUnsigned } from './option-value.ts';

const PARENTS = ['vfio-platform'];
const START_IRQFD = 'QEMU hw/vfio/platform.c vfio_start_irqfd_injection';

/** The VFIO devices of the platform bus: one level-triggered interrupt line each. */
export const VFIO_PLATFORM_FAMILY: DeviceFamily = {
  drivers: ['vfio-platform', 'vfio-calxeda-xgmac', 'vfio-amd-xgbe'],
  parents: PARENTS,
  legs: [
    {
      leg: 'interrupt',
      prerequisites: [deviceInRelease, platformBus, usesKvm, kernelIrqchip, gicVersionRule],
      candidates: [
        {
          path: 'vfio-platform/irqfd',
          rules: [
            kvmIrqfd('kvm-irqfd', 'irqfd', START_IRQFD),
            kvmIrqfd('kvm-resamplefd', 'resamplefd', START_IRQFD),
            optionIs('x-irqfd', 'on', PARENTS, START_IRQFD),
            gsiMap,
            edgeIrqfd(automasked('the resample eventfd is set up to unmask it', START_IRQFD)),
          ],
        },
        {
          path: 'vfio-platform/userspace',
          isFallback: true,
          rules: [
            automasked('QEMU unmasks it at the first access', 'QEMU hw/vfio/platform.c vfio_platform_eoi'),
          ],
        },
        {
          path: 'vfio-platform/forwarded',
          rules: [never('never-merged', 'the KVM-VFIO forwarding of 2014 was never merged', 'document 001')],
        },
        {
          path: 'vfio-platform/eoi-unmask',
          rules: [
            never(
              'what-if',
              'no QEMU learns of the end of an interrupt that it injected itself',
              'document 000',
            ),
          ],
        },
      ],
    },
  ],
  settings,
  limits,
};

function settings(subject: DeviceInMachine): PathSettings {
  const gic = subject.machine.gicVersion.value;
  const timeout = optionValue(subject, { parents: PARENTS }, 'mmap-timeout-ms');
  const mmapTimeoutMs = timeout.known ? readUnsigned(timeout.text, 0xffff_ffff) : undefined;
  const noMmap = optionValue(subject, { parents: PARENTS }, 'x-no-mmap');
  const isUnmapped = booleanOf(noMmap);
  return {
    ...(gic === 3 ? { gic: '3' } : {}),
    ...(timeout.property !== null && mmapTimeoutMs !== undefined ? { mmapTimeoutMs } : {}),
    ...(noMmap.property !== null && isUnmapped !== undefined ? { mmap: isUnmapped ? 'off' : 'on' } : {}),
  };
}

function limits({ machine }: DeviceInMachine): string | null {
  if (machine.irqchip.value !== 'off') return null;
  return 'a GIC emulated by QEMU is not modelled yet: a run would show the one in KVM';
}
