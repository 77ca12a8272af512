import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter } from 'node:path';
import { ROOT } from '../lib/paths.mts';

const NAMES = process.platform === 'win32' ? ['code.cmd', 'code-insiders.cmd'] : ['code', 'code-insiders'];

const OTHER_PLACES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['/usr/share/code/bin/code', '/snap/bin/code', '/opt/visual-studio-code/bin/code'],
  darwin: [
    '/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code',
    `${homedir()}/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code`,
  ],
  win32: [
    `${process.env.LOCALAPPDATA ?? ''}\\Programs\\Microsoft VS Code\\bin\\code.cmd`,
    `${process.env.ProgramFiles ?? ''}\\Microsoft VS Code\\bin\\code.cmd`,
  ],
};

/** A desktop VS Code that can be started here, by its command line; or why there is none. */
export type Desktop = { readonly command: string } | { readonly missing: string };

/** Looks for a desktop VS Code on PATH and at the usual places that is new enough for the extension. */
export function findDesktop(): Desktop {
  if (!hasDisplay()) return { missing: 'there is no display' };
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    return { missing: 'a desktop VS Code does not start for root' };
  }
  if (process.env.VSCODE_IPC_HOOK_CLI !== undefined) {
    return { missing: 'in a remote terminal `code` cannot load an extension from a folder' };
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => `${folder}/${name}`));
  const command = [...onPath, ...(OTHER_PLACES[process.platform] ?? [])].find((path) => existsSync(path));
  if (command === undefined) return { missing: 'no desktop VS Code was found' };
  const { version, wanted } = versions(command);
  if (!isAtLeast(version, wanted)) {
    return { missing: `${command} is VS Code ${version ?? 'of an unknown version'}, ${wanted} is needed` };
  }
  return { command };
}

/** Whether windows can be shown here. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined;
}

function versions(command: string) {
  const { stdout } = spawnSync(command, ['--version'], {
    encoding: 'utf8',
    timeout: 20_000,
    shell: process.platform === 'win32',
  });
  const manifest = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as {
    engines: { vscode: string };
  };
  return { version: /^\d+\.\d+\.\d+/.exec(stdout)?.[0], wanted: manifest.engines.vscode.replace(/^\^/, '') };
}

function isAtLeast(version: string | undefined, wanted: string): boolean {
  return version !== undefined && version.localeCompare(wanted, 'en', { numeric: true }) >= 0;
}
