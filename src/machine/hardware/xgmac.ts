import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { XGMAC } from '../parties.ts';

/** The registers that a driver touches. `OTHER` stands for any read or write that neither shows nor clears the status. */
export const STATUS_READ = 1;
export const STATUS_CLEAR = 2;
export const OTHER = 3;
export const OTHER_WRITE = 4;
export type XgmacRegister = typeof STATUS_READ | typeof STATUS_CLEAR | typeof OTHER | typeof OTHER_WRITE;

/**
 * Offsets for trace points: DMA status and interrupt enable of Linux drivers/net/ethernet/calxeda/xgmac.c
 * (remembered, not checked against the file).
 */
export const REGISTER_OFFSET: Readonly<Record<XgmacRegister, number>> = {
  [STATUS_READ]: 0xf14,
  [STATUS_CLEAR]: 0xf14,
  [OTHER]: 0xf1c,
  [OTHER_WRITE]: 0xf1c,
};

/** One interrupt of the device: a status bit that stays set until the driver clears it. */
export interface DeviceLine {
  /** Behind labels and field names of this line; empty if the device has only one. */
  readonly suffix: string;
  /** 1 while the device wants service; the wire of a level interrupt follows it. */
  readonly status: Field;
  /** What the driver has read from the status register and not tested yet. */
  readonly statusRead: Field;
  /** Performs one register access of the driver, direct or through VFIO. */
  readonly access: (s: State, register: XgmacRegister) => void;
  /** The driver finds in memory all that the device has to tell: it wants no more service. */
  readonly take: (s: State) => void;
}

/** Adds one interrupt of a Calxeda xgmac, or of a device like it. */
export function deviceLine(m: ModelBuilder, suffix: string): DeviceLine {
  const status = m.field(`device status${suffix}`, { values: ['clear', 'interrupt'] });
  const statusRead = m.field(`status read${suffix}`, { values: ['clear', 'interrupt'] });
  return {
    suffix,
    status,
    statusRead,
    access: (s, register) => {
      if (register === STATUS_READ) s[statusRead] = s[status] as number;
      if (register === STATUS_CLEAR) s[status] = 0;
    },
    take: (s) => {
      s[status] = 0;
    },
  };
}

/**
 * Adds the world that makes the device want service: events arrive on every line while the environment has not
 * stopped. A second event before the driver has cleared the first is merged with it, as the status bit is already
 * set; `raise` is told of every one, for those who see edges.
 */
export function deviceEvents(
  m: ModelBuilder,
  lines: readonly (DeviceLine & { readonly raise: (s: State) => void })[],
): void {
  const stopped = m.field('environment', { values: ['running', 'stopped'] });
  for (const { suffix, status, raise } of lines) {
    m.process(
      `xgmac${suffix}`,
      { kind: 'hardware' },
      procedure<string>(XGMAC, `xgmac${suffix}`, {
        [`assert-line${suffix}`]: {
          at: 'hardware: DMA status register of the Calxeda xgmac, interrupt output to the GIC',
          cost: 'period',
          environment: 'arrival',
          rest: true,
          marks: ['assert'],
          when: (s) => s[stopped] === 0,
          do: (s) => {
            raise(s);
            s[status] = 1;
          },
        },
      }),
    );
  }
  m.process(
    'environment',
    { kind: 'hardware' },
    procedure(XGMAC, 'environment', {
      'environment-stops': {
        at: 'no further packets arrive',
        environment: 'stop',
        rest: true,
        when: (s) => s[stopped] === 0,
        do: (s) => {
          s[stopped] = 1;
        },
      },
    }),
  );
}
