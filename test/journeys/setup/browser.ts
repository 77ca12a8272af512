import type { Browser, Page } from 'playwright-core';
import { inject } from 'vitest';
import { launchChromium } from '../../../scripts/vscode-host/chromium.mts';
import type { WorkbenchRequest } from '../../../scripts/vscode-host/workbench-url.mts';
import { workbenchUrl } from '../../../scripts/vscode-host/workbench-url.mts';
import { Workbench } from '../pages/workbench.ts';
import { watchConsole } from './console.ts';
import type { ConsoleWatch } from './console.ts';

/** A browser window with a workbench in it, and what its pages complain about. */
export interface Window {
  readonly page: Page;
  readonly workbench: Workbench;
  readonly console: ConsoleWatch;
  close(): Promise<void>;
}

/** Opens the VS Code of the journeys in a new browser; resolves when the workbench can be used. */
export async function openWindow(request: WorkbenchRequest): Promise<Window> {
  const browser: Browser = await launchChromium();
  try {
    // A context of its own: axe opens a page beside this one.
    const context = await browser.newContext({
      viewport: { width: 1600, height: 1000 },
      deviceScaleFactor: 1,
    });
    const page = await context.newPage();
    const console = watchConsole(page);
    await page.goto(workbenchUrl(inject('vscodePort'), request));
    const workbench = new Workbench(page);
    await workbench.waitUntilReady();
    return { page, workbench, console, close: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
