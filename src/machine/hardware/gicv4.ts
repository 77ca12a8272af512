import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { GIC } from '../parties.ts';

export const VPE_RESIDENT = 0;
export const VPE_NOT_RESIDENT = 1;
/** Not resident, and the next interrupt sends a doorbell. */
export const VPE_WAITS = 2;
export const DOORBELL_NONE = 0;

/** A vCPU as a GICv4 knows it: a virtual PE, which interrupts go to by themselves while it is resident. */
export interface VirtualPe {
  /** Whether a redistributor has it scheduled (GICR_VPENDBASER), and whether it wants a doorbell. */
  readonly state: Field;
  /** The vLPI's bit in its pending table. */
  readonly pending: Field;
  /** The doorbell, an LPI of the host, is pending. */
  readonly doorbell: Field;
  readonly isSignalled: (s: State) => boolean;
  readonly acknowledge: (s: State) => void;
  readonly end: (s: State) => void;
  readonly isAtRest: (s: State) => boolean;
}

/**
 * Adds the virtual PE, with the ITS in front of it: a message that is mapped to a vLPI becomes pending at its vPE, and
 * the host is told only if it has asked for a doorbell. Source: GICv4.1 architecture specification, VMAPP, VMAPTI,
 * GICR_VPENDBASER.
 */
export function virtualPe(m: ModelBuilder, message: Field): VirtualPe {
  const state = m.field('vPE', {
    values: ['resident', 'not resident', 'not resident, doorbell wanted'],
    notable: true,
  });
  const pending = m.field('vLPI', { values: ['idle', 'pending'] });
  const doorbell = m.field('doorbell', { values: ['none', 'pending'] });
  const running = m.field('guest running priority', { values: ['idle', 'raised'] });
  m.process(
    'ITS',
    { kind: 'hardware' },
    procedure(GIC, 'ITS', {
      'translate-to-vlpi': {
        at: 'hardware: GICv4 ITS (VMAPTI: pending table of the vPE, virtual CPU interface if it is resident, else its doorbell)',
        cost: 'postInterrupt',
        rest: true,
        when: (s) => s[message] === 1,
        do: (s) => {
          s[message] = 0;
          s[pending] = 1;
          if (s[state] !== VPE_WAITS) return;
          s[state] = VPE_NOT_RESIDENT;
          s[doorbell] = 1;
        },
      },
    }),
  );
  return {
    state,
    pending,
    doorbell,
    isSignalled: (s) => s[pending] === 1 && s[state] === VPE_RESIDENT && s[running] === 0,
    acknowledge: (s) => {
      s[pending] = 0;
      s[running] = 1;
    },
    end: (s) => {
      s[running] = 0;
    },
    isAtRest: (s) => s[pending] === 0 && s[doorbell] === 0 && s[running] === 0,
  };
}
