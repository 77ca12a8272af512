const SIGNS =
  /qemu|kvm|-device|-machine|<hostdev|virtio|\[device|device_add|hostpci\d|<domain\b|^(?:net\d+|scsihw): /im;

/** Some of them, which are found much faster. */
const USUAL_SIGNS: readonly string[] = ['qemu', 'kvm'];

/** A cheap test that spares most texts the rest: whether one could start QEMU at all. */
export function mayStartQemu(text: string): boolean {
  return USUAL_SIGNS.some((sign) => text.includes(sign)) || SIGNS.test(text);
}
