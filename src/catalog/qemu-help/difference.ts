/** Something that the catalogue and a QEMU do not say alike. */
export interface QemuDifference {
  readonly kind:
    /** The catalogue says that the release has it, and this QEMU does not. */
    | 'missing'
    /** This QEMU has it, and the catalogue says that the release does not. */
    | 'present'
    /** This QEMU has it, and the catalogue does not know it at all. */
    | 'unknown'
    | 'type'
    | 'default';
  /** What has it, as it is asked for: `-device virtio-blk-pci`, `-machine q35`, `-trace`. */
  readonly subject: string;
  /** The option, the driver, the trace point. */
  readonly name: string;
  readonly catalogue: string;
  readonly qemu: string;
}

/** Which releases have something, in words. */
export function lifetimeText({
  introduced,
  removed,
}: {
  readonly introduced: string | null;
  readonly removed: string | null;
}): string {
  if (introduced === null) return 'no release has it';
  const from = introduced === EVER ? 'QEMU' : `QEMU ${introduced}`;
  return removed === null ? `${from} has it` : `${from} has it, ${removed} no more`;
}

/** Before all releases. */
export const EVER = '0';

/** A difference in a line. */
export function differenceText({ subject, name, catalogue, qemu }: QemuDifference): string {
  return `${subject} ${name}: the catalogue says ${catalogue}; this QEMU ${qemu}`;
}
