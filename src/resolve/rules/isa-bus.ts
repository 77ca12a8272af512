import type { Finding, Rule } from '../family.ts';
import { fromDecision } from './from-decision.ts';

/** Whether the machine has an ISA bus: those of x86 have, and microvm for its UART alone. */
export const isaBus: Rule = {
  name: 'isa-bus',
  check({ device, machine }): Finding {
    const { type, architecture } = machine;
    if (architecture.value === 'x86') return fromDecision(type, 'holds', type.because);
    const because = `machines of ${architecture.value ?? ''} have no ISA bus for ${device.driver.text}`;
    const problem = { code: 'wrong-machine', severity: 'error', message: because } as const;
    return { ...fromDecision(type, 'fails', because, { problem }), source: 'QEMU hw/arm/virt.c' };
  },
};
