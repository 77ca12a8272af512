import type { Source } from './option-doc.ts';

/** The documentation of one device driver: what stands behind `-device`. */
export interface DeviceDoc {
  readonly driver: string;
  readonly title: string;
  /** The only architecture whose QEMU has it; absent: both. */
  readonly architecture?: 'x86' | 'arm';
  /** The first QEMU release that a user could write it in. */
  readonly introduced: string;
  readonly deprecated: string | null;
  /** The first QEMU release without it; null if it is still there. */
  readonly removed: string | null;
  /** The last QEMU release with it, once it is removed. */
  readonly last: string | null;
  readonly sources: readonly Source[];
}
