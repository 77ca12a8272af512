import { virtioOrEmulatedOthers } from './virtio-other-options.ts';

/**
 * Names of properties that say nothing about interrupts, to tell them from misspelt ones. From
 * `vfio_pci_dev_properties` and `vfio_pci_dev_nohotplug_properties` (QEMU hw/vfio/pci.c) and `pci_props` (QEMU
 * hw/pci/pci.c); later releases may have more.
 */
const OF_VFIO_PCI = `
  enable-migration migration-events ramfb skip-vsc-check use-legacy-x86-rom vf-token x-auto-lpc
  x-balloon-allowed x-device-dirty-page-tracking x-enable-migration x-igd-gms x-igd-legacy-mode
  x-igd-lpc x-igd-opregion x-migration-load-config-after-iter x-migration-max-queued-buffers-size
  x-migration-multifd-transfer x-no-geforce-quirks x-nv-gpudirect-clique x-pci-class-code
  x-pci-device-id x-pci-sub-device-id x-pci-sub-vendor-id x-pci-vendor-id
  x-pre-copy-dirty-page-tracking x-ramfb-migrate x-vga xres yres
`;

const OF_EVERY_PCI_DEVICE = `
  acpi-index addr bootindex busnr command_serr_enable failover_pair_id multifunction rombar romfile
  romsize sriov-pf x-max-bounce-buffer-size x-pcie-ari-nextfn-1 x-pcie-err-unc-mask x-pcie-ext-tag
  x-pcie-extcap-init x-pcie-lnksta-dllla
`;

const VFIO_PCI: ReadonlySet<string> = new Set([...words(OF_VFIO_PCI), ...words(OF_EVERY_PCI_DEVICE)]);

/**
 * The names of a driver's properties that say nothing about interrupts; undefined if its documented options are all
 * that it has.
 */
export function otherOptionsOf(driver: string): ReadonlySet<string> | undefined {
  if (driver.startsWith('vfio-pci')) return VFIO_PCI;
  const known = BY_DRIVER.get(driver);
  if (known !== undefined) return known;
  const own = virtioOrEmulatedOthers(driver);
  if (own === undefined) return undefined;
  const names = new Set([...own, ...words(OF_EVERY_PCI_DEVICE)]);
  BY_DRIVER.set(driver, names);
  return names;
}

/** Made when asked for: files have many devices of few drivers. */
const BY_DRIVER = new Map<string, ReadonlySet<string>>();

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
