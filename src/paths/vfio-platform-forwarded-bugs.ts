import type { KnownBug } from './path.ts';

/** What is wrong, or was, with forwarding a line to the guest. */
export const FORWARDED_BUGS: readonly KnownBug[] = [
  {
    name: 'line-never-lowered',
    title:
      'Nobody lowers the line of a forwarded interrupt: the vGIC swallows every injection after the first',
    introducedIn: null,
    fixedIn: 'Linux 3.17-rc1',
    violates: 'no-lost-interrupt',
    source:
      'document 001, patch 1 of 9 "fix multiple injection of level sensitive forwarded IRQ" (the series stands on ' +
      '3.17-rc1; that the patch cures this is read from its title and from Linux virt/kvm/arm/vgic.c of 3.18)',
  },
  {
    name: 'assigned-unchecked',
    title:
      'An interrupt that is being injected is forwarded as well: its end deactivates nothing and unmasks nothing',
    introducedIn: null,
    fixedIn: null,
    violates: 'hw-lr-discipline',
    needs: { forwarding: 'assign-while-running' },
    source:
      'document 001: "Assignment can only be changed when the physical IRQ is not active. It is the responsability of ' +
      'the user to do this check"; irq_bypass_deoi_add_consumer of 2017 refuses (eauger/linux 3b70740f, not merged)',
  },
  {
    name: 'masked-at-set-up',
    title: 'QEMU masks the line before it sets the interrupt up, so that forwarding is always refused',
    introducedIn: 'QEMU 2.4',
    fixedIn: 'QEMU 2.5',
    violates: 'no-needless-refusal',
    needs: { forwarding: 'assign-while-running' },
    source:
      'QEMU 58892b447f (irqfd set up in one step, as forwarding set-up kept failing); that the one flag `masked` of VFIO ' +
      'had it refused is inferred: eauger/linux 3b70740f tells masked by QEMU from automasked',
  },
  {
    name: 'active-left-behind',
    title:
      'Forwarding ends while the interrupt is active: nobody deactivates it, the wire is dead for the host',
    introducedIn: null,
    fixedIn: null,
    violates: 'no-lost-interrupt',
    needs: { forwarding: 'deassign-while-running' },
    source:
      'Linux drivers/irqchip/irq-gic.c gic_eoimode1_mask_irq (deactivates what is masked while forwarded, since a ' +
      'guest that dies will not); that nothing does it when forwarding is taken back is inferred: masking is lazy',
  },
];
