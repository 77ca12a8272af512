import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { beforeExit } from '../lib/cleanup.mts';
import { runOrThrow } from '../lib/run.mts';
import { installServer } from './install-server.mts';
import { startServerProcess } from './server-process.mts';
import type { ServerProcess } from './server-process.mts';
import { USER_SETTINGS } from './user-settings.mts';

export interface ServerOptions {
  /** A packaged extension to install first. */
  readonly vsix?: string;
  /** Whether URLs may name an extension and a test suite to load (see `workbench-url.mts`). */
  readonly testDriver?: boolean;
}

/** A VS Code server with user data of its own, which runs until it is stopped. */
export interface Server extends ServerProcess {
  /** The folder that installed extensions are unpacked into. */
  readonly extensions: string;
}

/**
 * Starts a real VS Code (server and extension host; the workbench comes with the page that a browser opens) on
 * a free port of 127.0.0.1, with fresh user data that goes when it stops. Rejects if it cannot be installed or
 * started, or does not take the extension.
 */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const application = await installServer();
  const data = await mkdtemp(`${tmpdir()}/irq-path-explorer-vscode-`);
  let server: ServerProcess | undefined;
  const stop = beforeExit(async () => {
    await server?.stop();
    await rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  try {
    await mkdir(`${data}/data/User`, { recursive: true });
    await writeFile(`${data}/data/User/settings.json`, JSON.stringify(USER_SETTINGS, null, 2));
    const main = `${application}/out/server-main.js`;
    const extensions = `${data}/extensions`;
    const folders = ['--server-data-dir', data, '--extensions-dir', extensions];
    if (options.vsix !== undefined) {
      const install = ['--install-extension', options.vsix, '--force'];
      await runOrThrow(process.execPath, [main, ...folders, ...install], { quiet: true });
    }
    server = await startServerProcess(data, main, [...folders, ...flags(options)]);
    return { ...server, extensions, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function flags(options: ServerOptions): readonly string[] {
  return [
    ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
    ...['--disable-telemetry', '--disable-workspace-trust'],
    ...(options.testDriver === true ? ['--enable-smoke-test-driver'] : []),
  ];
}
