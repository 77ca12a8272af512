// `npm start`: a VS Code that shows the sample launch file, with the extension in it.
//   npm start              a desktop VS Code if there is one, else VS Code's server and a browser
//   npm start -- --server  the server and a browser in any case
//   npm start -- --check   starts the server, waits until the sample and the answer above its device are shown, and ends: for machines without eyes
import { mkdir } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { RESULTS, ROOT, SAMPLES, SAMPLE_FILE, VSIX } from './lib/paths.mts';
import { run, runOrThrow } from './lib/run.mts';
import { launchChromium } from './vscode-host/chromium.mts';
import { findDesktop, hasDisplay } from './vscode-host/desktop.mts';
import { startServer } from './vscode-host/server.mts';
import { workbenchUrl } from './vscode-host/workbench-url.mts';

const WHAT_TO_DO = 'Put the cursor on the -device line, press F1, type "Simulate IRQ path", press Enter.';

const check = process.argv.includes('--check');
const desktop = check || process.argv.includes('--server') ? undefined : findDesktop();
if (desktop !== undefined && 'command' in desktop) {
  process.exitCode = await startDesktop(desktop.command);
} else {
  if (desktop !== undefined) console.log(`Using VS Code's server: ${desktop.missing}.`);
  await startInBrowser();
}

/** Builds, and opens a window of a desktop VS Code with the extension from this folder, until it is closed. */
async function startDesktop(command: string): Promise<number> {
  await runOrThrow('npm', ['run', '--silent', 'build']);
  console.log(`Starting ${command} with samples/xgmac.sh. ${WHAT_TO_DO}`);
  const window = ['--new-window', '--wait', `--extensionDevelopmentPath=${ROOT}`];
  return await run(command, [...window, SAMPLES, SAMPLE_FILE]);
}

/** Packs the extension, installs it into VS Code's server, and serves that until Ctrl-C. */
async function startInBrowser() {
  await runOrThrow('npm', ['run', '--silent', 'package']);
  const server = await startServer({ vsix: VSIX });
  try {
    const url = workbenchUrl(server.port, { folder: SAMPLES, openFile: SAMPLE_FILE });
    console.log(`\nVS Code is running with samples/xgmac.sh:\n\n  ${url}\n\n${WHAT_TO_DO}`);
    if (check) {
      await seeSample(url);
    } else {
      if (hasDisplay()) openBrowser(url);
      console.log('Press Ctrl-C to end.');
      await new Promise(() => undefined);
    }
  } finally {
    await server.stop();
  }
}

/** Proves that the URL shows the sample: rejects if its text, or what the extension says of it, is not there within a minute. */
async function seeSample(url: string) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(url);
    await page.locator('.tab.active', { hasText: 'xgmac.sh' }).waitFor({ timeout: 60_000 });
    const device = page.locator('.editor-instance .view-line', { hasText: '-device' });
    await device.first().waitFor({ timeout: 60_000 });
    // The lens above the device: the extension has read the file and simulated its path.
    const lens = page.locator('.codelens-decoration', { hasText: 'vfio-platform/userspace' });
    await lens.first().waitFor({ timeout: 60_000 });
    await mkdir(RESULTS, { recursive: true });
    await page.screenshot({ path: `${RESULTS}/start.png` });
    console.log('\nThe sample is shown: test-results/start.png');
  } finally {
    await browser.close();
  }
}

/** Shows the URL in the user's browser if one can be started; the URL has been printed in any case. */
function openBrowser(url: string) {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}
