import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { DeviceLine } from '../hardware/xgmac.ts';
import { XGMAC_DRIVER } from '../parties.ts';

/**
 * The handler of a DMA channel's own interrupt: an edge that the driver need not acknowledge at the device. It
 * schedules NAPI, which finds in memory what the channel has done; no register is touched.
 * Source: Linux drivers/net/ethernet/amd/xgbe/xgbe-drv.c `xgbe_dma_isr` as it was before it also cleared the
 * channel's status; trace H1 (an RTC's handler without an access).
 */
export function dmaChannelInterrupt({ suffix, take }: DeviceLine): Procedure {
  return procedure<string>(XGMAC_DRIVER, `xgbe_dma_isr${suffix}`, {
    [`schedule-napi${suffix}`]: {
      at: 'Linux drivers/net/ethernet/amd/xgbe/xgbe-drv.c xgbe_dma_isr (napi_schedule; no register access)',
      cost: 'guestHandler',
      do: (s) => {
        take(s);
        return RETURN;
      },
    },
  });
}
