import { existsSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { RESULTS, ROOT } from '../../../scripts/lib/paths.mts';

/**
 * Keeps a picture of the window in `test-results/`, which git ignores. `npm run screenshots` names the folder of the
 * documentation in `IRQPATH_SCREENSHOTS`: a picture that is there is renewed.
 */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.IRQPATH_SCREENSHOTS;
  const shown = `${ROOT}/${folder ?? ''}/${name}.png`;
  await page.screenshot({
    path: folder !== undefined && existsSync(shown) ? shown : `${RESULTS}/${name}.png`,
  });
}
