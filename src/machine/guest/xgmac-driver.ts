import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { OTHER, STATUS_CLEAR, STATUS_READ } from '../hardware/xgmac.ts';
import type { DeviceLine, XgmacRegister } from '../hardware/xgmac.ts';
import type { MemorySlot } from '../kernel/memory-slot.ts';
import type { Vcpu } from '../kernel/vcpu-state.ts';
import { XGMAC_DRIVER } from '../parties.ts';
import { mmioAccess } from './mmio-access.ts';

const AT = 'Linux drivers/net/ethernet/calxeda/xgmac.c xgmac_interrupt';

/** How a handler goes about its device: by far the most look at the status first. */
export type HandlerOrder = 'read-first' | 'write-first';

/** What the guest's driver is wired to. */
export interface XgmacDriverWiring {
  readonly line: DeviceLine;
  /** Number of a register of this line among those of all devices. */
  readonly registerNumber: (register: XgmacRegister) => number;
  readonly vcpu: Vcpu;
  readonly slot: MemorySlot;
  readonly order: HandlerOrder;
  /** How an access that does not trap gets to the device, if not at once. */
  readonly access?: (s: State, register: XgmacRegister) => void;
  /** Register accesses of one handler call that finds its device at work; at least one, for read-first two. */
  readonly accesses: number;
}

/**
 * The interrupt handler of an xgmac-like driver. Read-first looks at the status, says "not mine" if nothing is
 * set, clears it, then does the rest of its accesses; write-first clears without looking (the drivers of traces
 * P2-…-readfirst and P2-…-writefirst).
 */
export function xgmacInterrupt(wiring: XgmacDriverWiring): Procedure {
  const { line, vcpu, slot, order, registerNumber } = wiring;
  const { suffix } = line;
  const perform = wiring.access ?? line.access;
  const access = (label: string, next: string, register: XgmacRegister): Record<string, Step> =>
    mmioAccess({
      label,
      next,
      at: AT,
      register: registerNumber(register),
      vcpu,
      mapped: slot.mapped,
      perform: (s) => {
        perform(s, register);
      },
    });
  const otherAccesses = wiring.accesses - (order === 'read-first' ? 2 : 1);
  const otherLabel = (i: number): string =>
    i < otherAccesses ? `access-register-${String(i + 1)}${suffix}` : `irq-handled${suffix}`;
  const others = Array.from({ length: otherAccesses }, (_, i) =>
    access(otherLabel(i), otherLabel(i + 1), OTHER),
  );
  const work: Record<string, Step> = {
    ...access(`clear-status${suffix}`, otherLabel(0), STATUS_CLEAR),
    ...Object.fromEntries(others.flatMap((steps) => Object.entries(steps))),
    [`irq-handled${suffix}`]: {
      at: `${AT} (returns IRQ_HANDLED)`,
      cost: 'guestHandler',
      local: true,
      do: () => RETURN,
    },
  };
  if (order === 'write-first') return procedure<string>(XGMAC_DRIVER, `xgmac_interrupt${suffix}`, work);
  return procedure<string>(XGMAC_DRIVER, `xgmac_interrupt${suffix}`, {
    ...access(`read-status${suffix}`, `test-status${suffix}`, STATUS_READ),
    [`test-status${suffix}`]: {
      at: AT,
      local: true,
      do: (s) => {
        const found = s[line.statusRead] === 1;
        s[line.statusRead] = 0;
        return found ? undefined : `irq-none${suffix}`;
      },
    },
    ...work,
    [`irq-none${suffix}`]: {
      at: `${AT} (returns IRQ_NONE: nothing to do)`,
      cost: 'guestHandler',
      marks: ['spurious'],
    },
  });
}
