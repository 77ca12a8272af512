import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { run } from '../lib/run.mts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const OTHER_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** A Chromium or Chrome of this machine: on PATH, at a usual place, or Playwright's own; else undefined. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => `${folder}/${name}`));
  return [...onPath, ...OTHER_PLACES, chromium.executablePath()].find((path) => existsSync(path));
}

/** As `findChromium`, after installing one if there is none; rejects with what to do if that fails too. */
export async function requireChromium(): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;
  console.log('No Chromium found; installing one …');
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const quietly = { env: { DEBIAN_FRONTEND: 'noninteractive' }, quiet: true };
    await run('apt-get', ['update'], quietly);
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], quietly);
  } else {
    await run('npx', ['playwright-core', 'install', 'chromium']);
  }
  const installed = findChromium();
  if (installed === undefined) {
    throw new Error('Chromium could not be installed. Install Chromium or Google Chrome and try again.');
  }
  return installed;
}

/** Starts a headless Chromium that makes no connections of its own. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
  return await chromium.launch({
    executablePath: await requireChromium(),
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
    // The scripts and vitest handle signals themselves; the browser ends with us as its pipe closes.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
