import { QEMU_CONTEXTS } from './qemu-contexts.ts';
import type { Alphabet, Binding } from './alphabet.ts';
import { VFIO_PLATFORM_CLAIMS } from './vfio-platform-claims.ts';

/** The first line of the virt machine's platform bus, and the first page of its registers. */
const FIRST_INTID = 144;
const FIRST_PAGE = 0x0c00_0000;
const PAGE = 0x1000;

/** What is known of a device behind vfio-platform on Arm, whoever injects. */
export const VFIO_PLATFORM_ALPHABET: Alphabet = {
  claims: VFIO_PLATFORM_CLAIMS,
  witnesses: {
    fasteoi: (args, { hostIrqs }) => hostIrqs.some((irq) => args.includes(` irq=${String(irq)} `)),
  },
  transparent: [
    'irqh_ret',
    'efd_signal',
    'function:__enable_irq',
    'function:irq_enable',
    'function:gic_mask_irq',
  ],
  ...QEMU_CONTEXTS,
  model: {
    ...platformBus([26, 27]),
    registers: [
      { status: 0xf14, clear: 0xf14 },
      { status: 0xf14, clear: 0xf14 },
    ],
  },
  findBinding: (events) => {
    const irqs = new Set<number>();
    for (const { name, args } of events) {
      if (name !== 'irq:irq_handler_entry') continue;
      const irq = /name=vfio-irq\[(\d+)\]/.exec(args)?.[1];
      if (irq !== undefined) irqs.add(Number(irq));
    }
    return { ...platformBus([...irqs].sort((a, b) => a - b)), registers: [] };
  },
};

/** The numbers of the first device on the platform bus of QEMU's virt machine, whose lines the host numbers so. */
function platformBus(hostIrqs: readonly number[]): Omit<Binding, 'registers'> {
  return {
    hostIrqs,
    intids: hostIrqs.map((_, i) => FIRST_INTID + i),
    pages: hostIrqs.map((_, i) => FIRST_PAGE + i * PAGE),
  };
}
