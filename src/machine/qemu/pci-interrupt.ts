import type { Procedure } from '../../engine/step.ts';

/** What a PCI device that QEMU emulates interrupts by: a message each time, or a line that stays up. */
export type PciInterrupt =
  | {
      readonly kind: 'msi';
      readonly send: Procedure;
      /** The functions of QEMU that the message goes through. */
      readonly sendAt: string;
    }
  | { readonly kind: 'line'; readonly raise: Procedure; readonly lower: Procedure };
