import type { DeviceDoc } from './device-doc.ts';
import type { Source } from './option-doc.ts';

const END: readonly Source[] = [
  { where: 'QEMU docs/about/deprecated.rst (10.0)', verified: true },
  { where: 'QEMU docs/about/removed-features.rst (10.2)', verified: true },
];

/** The VFIO devices of the platform bus. */
export const VFIO_PLATFORM_DEVICES: readonly DeviceDoc[] = [
  {
    driver: 'vfio-platform',
    title: 'Any platform device of the host; its compatible strings are read from sysfs',
    architecture: 'arm',
    introduced: '3.1',
    deprecated: '10.0',
    removed: '10.2',
    last: '10.1',
    sources: [
      { where: 'QEMU commit a49531ebd0 (before it, the class was abstract)', verified: true },
      ...END,
    ],
  },
  {
    driver: 'vfio-calxeda-xgmac',
    title: 'The Calxeda Midway 10-gigabit Ethernet controller',
    architecture: 'arm',
    introduced: '2.4',
    deprecated: '10.0',
    removed: '10.2',
    last: '10.1',
    sources: [{ where: 'QEMU commit 7a8d15d770', verified: true }, ...END],
  },
  {
    driver: 'vfio-amd-xgbe',
    title: 'The AMD Seattle 10-gigabit Ethernet controller: two level and four edge interrupts',
    architecture: 'arm',
    introduced: '2.6',
    deprecated: '10.0',
    removed: '10.2',
    last: '10.1',
    sources: [{ where: 'QEMU commit 62d9551247', verified: true }, ...END],
  },
];
