import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { DOWNLOADS } from '../lib/paths.mts';
import { runOrThrow } from '../lib/run.mts';

/** The package that carries VS Code's server and workbench, and its exact version (it holds VS Code 1.139.1). */
const PACKAGE = 'code-server';
const VERSION = '4.139.1';

const FOLDER = `${DOWNLOADS}/${PACKAGE}-${VERSION}`;
const APPLICATION = `node_modules/${PACKAGE}/lib/vscode`;

/**
 * Makes sure that VS Code's server is installed below `.vscode-test/`, from the npm registry alone.
 * Returns the folder of the application, the one with `out/server-main.js`. Rejects if npm fails.
 */
export async function installServer(): Promise<string> {
  if (!existsSync(FOLDER)) {
    console.log(`Installing VS Code's server (${PACKAGE} ${VERSION}) into .vscode-test/ …`);
    await removeOthers();
    await install();
  }
  return `${FOLDER}/${APPLICATION}`;
}

/** Installs beside the final place and renames at the end: an interrupted installation is never taken for one. */
async function install() {
  const partial = `${FOLDER}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await writeFile(`${partial}/package.json`, '{ "private": true }\n');
  // The native modules that --ignore-scripts leaves unbuilt serve terminals and file watching only.
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await runOrThrow('npm', ['install', ...quiet, '--no-save', `${PACKAGE}@${VERSION}`], {
    cwd: partial,
    quiet: true,
  });
  await runOrThrow('npm', ['install', ...quiet, '--omit=dev'], {
    cwd: `${partial}/${APPLICATION}`,
    quiet: true,
  });
  await rename(partial, FOLDER);
}

async function removeOthers() {
  if (!existsSync(DOWNLOADS)) return;
  for (const name of await readdir(DOWNLOADS)) {
    if (name.startsWith(`${PACKAGE}-`)) await rm(`${DOWNLOADS}/${name}`, { recursive: true, force: true });
  }
}
