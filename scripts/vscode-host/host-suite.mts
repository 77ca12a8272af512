import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { ROOT, SAMPLES } from '../lib/paths.mts';
import { launchChromium } from './chromium.mts';
import { startServer } from './server.mts';
import { workbenchUrl } from './workbench-url.mts';

const TIMEOUT_MS = 300_000;

/**
 * Runs the built in-host suite in VS Code's server under a headless Chromium, with the extension loaded from
 * the project folder. Returns the suite's exit status, or 124 if it did not end in five minutes; rejects if
 * VS Code could not be started.
 */
export async function runHostSuite(): Promise<number> {
  const browser = await launchChromium();
  try {
    const server = await startServer({ testDriver: true });
    try {
      const page = await browser.newPage();
      const ended = suiteEnds(page);
      await page.goto(
        workbenchUrl(server.port, {
          folder: SAMPLES,
          extension: { folder: ROOT, tests: `${ROOT}/out/host/suite.js` },
        }),
      );
      const status = await Promise.race([ended, delay(TIMEOUT_MS, 124, { ref: false })]);
      if (status === 124) console.error(`The in-host suite did not end.\n${server.lastOutput()}`);
      return status;
    } finally {
      await server.stop();
    }
  } finally {
    await browser.close();
  }
}

/** Prints what the suite says, among all that the workbench logs, and resolves with its exit status. */
async function suiteEnds(page: Page): Promise<number> {
  await page.exposeFunction('codeAutomationLog', (_type: string, [text]: readonly unknown[]) => {
    if (typeof text === 'string' && /^ {2}[✓✗] /u.test(text)) console.log(text);
  });
  return await new Promise((resolve, reject) => {
    page.exposeFunction('codeAutomationExit', resolve).catch(reject);
  });
}
