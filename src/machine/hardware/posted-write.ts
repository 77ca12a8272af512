import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { XGMAC } from '../parties.ts';
import { STATUS_CLEAR } from './xgmac.ts';
import type { DeviceLine, XgmacRegister } from './xgmac.ts';

/** A device behind an interconnect that takes a write from the CPU before it is at the device. */
export interface PostedWrites {
  /** Performs an access of the CPU: a write is on its way, a read comes back behind the writes before it. */
  readonly access: (s: State, register: XgmacRegister) => void;
  /** What a barrier waits for. */
  readonly haveLanded: (s: State) => boolean;
}

/**
 * Adds the way of the clearing write to the device; other writes do not matter here. An event that the device has while
 * the write is on its way is cleared with the one before, as if it had come before the write.
 * Source: Arm Architecture Reference Manual, device memory with early write acknowledgement (nGnRE).
 */
export function postedWrites(m: ModelBuilder, line: DeviceLine): PostedWrites {
  const onItsWay = m.field('clearing write', { notable: true, values: ['none', 'on its way'] });
  const land = (s: State): undefined => {
    if (s[onItsWay] === 0) return undefined;
    s[onItsWay] = 0;
    line.access(s, STATUS_CLEAR);
    return undefined;
  };
  m.process(
    'interconnect',
    { kind: 'hardware' },
    procedure(XGMAC, 'interconnect', {
      'write-lands': {
        at: 'hardware: interconnect from the CPU to the device (early write acknowledgement)',
        cost: 'postedWrite',
        rest: true,
        when: (s) => s[onItsWay] === 1,
        do: land,
      },
    }),
  );
  return {
    access: (s, register) => {
      if (register === STATUS_CLEAR) {
        s[onItsWay] = 1;
        return;
      }
      land(s);
      line.access(s, register);
    },
    haveLanded: (s) => s[onItsWay] === 0,
  };
}
