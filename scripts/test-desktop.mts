// `npm run test:desktop`: the in-host suite in a desktop VS Code, which @vscode/test-electron downloads, or in
// the one that VSCODE_EXECUTABLE names. With `-- --allow-missing` a machine that can have none is no failure.
import { download, runTests } from '@vscode/test-electron';
import { DOWNLOADS, ROOT, SAMPLES } from './lib/paths.mts';
import { runOrThrow } from './lib/run.mts';
import { hasDisplay } from './vscode-host/desktop.mts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** The executable of a desktop VS Code, or why there is none. */
async function desktop(): Promise<{ executable: string } | { missing: string }> {
  if (!hasDisplay()) return { missing: 'there is no display (try xvfb-run)' };
  const named = process.env.VSCODE_EXECUTABLE;
  if (named !== undefined) return { executable: named };
  try {
    return { executable: await download({ cachePath: DOWNLOADS }) };
  } catch (error) {
    return {
      missing: `VS Code cannot be downloaded: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

async function runSuite(executable: string): Promise<number> {
  await runOrThrow('npm', ['run', '--silent', 'build:host-tests']);
  // A folder of its own: the sockets in VS Code's user data must have short paths.
  const userData = await mkdtemp(`${tmpdir()}/irq-path-`);
  try {
    return await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: ROOT,
      extensionTestsPath: `${ROOT}/out/host/suite.js`,
      launchArgs: [
        SAMPLES,
        ...['--disable-extensions', '--disable-workspace-trust', `--user-data-dir=${userData}`],
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    await rm(userData, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

const found = await desktop();
if ('executable' in found) {
  process.exitCode = await runSuite(found.executable);
} else if (process.argv.includes('--allow-missing')) {
  console.log(`skipped: no desktop VS Code: ${found.missing}`);
} else {
  console.error(`No desktop VS Code: ${found.missing}`);
  process.exitCode = 1;
}
