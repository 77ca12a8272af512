import { existsSync, readdirSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { VSIX } from '../../../scripts/lib/paths.mts';
import { requireChromium } from '../../../scripts/vscode-host/chromium.mts';
import { startServer } from '../../../scripts/vscode-host/server.mts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the VS Code of the journeys listens. */
    vscodePort: number;
    /** The folder into which VS Code has unpacked the extension. */
    installedExtension: string;
  }
}

/** Before the first journey: a VS Code with the packaged extension installed. Returns what ends it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!existsSync(VSIX)) throw new Error('There is no irq-path-explorer.vsix: run `npm run package` first.');
  await requireChromium();
  const server = await startServer({ vsix: VSIX });
  project.provide('vscodePort', server.port);
  const installed = readdirSync(server.extensions).find((name) => name.startsWith('irq-path-explorer.'));
  project.provide('installedExtension', `${server.extensions}/${installed ?? 'not installed'}`);
  return async () => {
    await server.stop();
  };
}
