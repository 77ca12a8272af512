const SIGNS =
  /qemu|kvm|-device|-machine|<hostdev|virtio|\[device|device_add|hostpci\d|<domain\b|^(?:net\d+|scsihw): /im;

/** A cheap test that spares most texts the rest: whether one could start QEMU at all. */
export function mayStartQemu(text: string): boolean {
  return SIGNS.test(text);
}
