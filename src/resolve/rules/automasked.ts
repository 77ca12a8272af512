import type { Rule } from '../family.ts';

/**
 * States that the line is level-triggered, so that VFIO masks it in its handler. The launch file does not say
 * it: the host's device tree does.
 */
export function automasked(consequence: string, source: string): Rule {
  return {
    name: 'automasked',
    check: ({ device }) => ({
      outcome: 'holds',
      because: `${level(device.driver.text)}: VFIO masks it when it fires, and ${consequence}`,
      option: null,
      value: null,
      isDefault: true,
      source: `${source}; Linux drivers/vfio/platform/vfio_platform_irq.c vfio_automasked_irq_handler`,
      range: null,
    }),
  };
}

function level(driver: string): string {
  if (driver === 'vfio-calxeda-xgmac') return 'the interrupt is level-triggered';
  if (driver === 'vfio-amd-xgbe')
    return 'its two level-triggered interrupts are meant (it has four edge ones too)';
  return "the interrupt is taken to be level-triggered (the host's device tree decides)";
}
