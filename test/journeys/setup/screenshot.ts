import type { Page } from 'playwright-core';
import { RESULTS, ROOT } from '../../../scripts/lib/paths.mts';

/**
 * Keeps a picture of the window: in `test-results/`, which git ignores, or where `IRQPATH_SCREENSHOTS` says
 * (`npm run screenshots` names the folder of the documentation).
 */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.IRQPATH_SCREENSHOTS;
  await page.screenshot({ path: `${folder === undefined ? RESULTS : `${ROOT}/${folder}`}/${name}.png` });
}
