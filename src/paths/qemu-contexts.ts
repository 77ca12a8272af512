import { HARD_IRQ } from './alphabet.ts';
import type { Alphabet } from './alphabet.ts';

/** The threads of a QEMU by their names in a trace, and the processes of its model as the same contexts. */
export const QEMU_CONTEXTS: Pick<Alphabet, 'threadContext' | 'processContext'> = {
  threadContext: (comm) => {
    if (comm.startsWith('CPU ')) return 'vCPU thread';
    if (comm.startsWith('qemu-')) return 'main loop';
    return comm.startsWith('kworker/') ? 'worker' : null;
  },
  processContext: ({ name, context }) => {
    if (context.kind === 'hardirq') return HARD_IRQ;
    if (name.startsWith('vCPU')) return 'vCPU thread';
    return name.startsWith('kworker') ? 'worker' : name;
  },
};
