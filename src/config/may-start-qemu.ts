const SIGNS = /qemu|kvm|-device|-machine|<hostdev|virtio/i;

/** A cheap test that spares most texts the rest: whether one could start QEMU at all. */
export function mayStartQemu(text: string): boolean {
  return SIGNS.test(text);
}
