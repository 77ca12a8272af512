import * as vscode from 'vscode';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { readFacts } from '../facts/read-facts.ts';

/** The section of the settings that assumptions come from. */
export const ASSUME_SECTION = 'irqPath.assume';

/** The facts that the settings describe; the error says which setting was not understood. */
export function assumedFacts(): Result<Facts> {
  const settings = vscode.workspace.getConfiguration(ASSUME_SECTION);
  const host = list([
    ['qemu', settings.get<string>('qemu', '')],
    ['kernel', settings.get<string>('kernel', '')],
  ]);
  const features = settings.get<string>('hostFeatures', '').trim();
  const guest = list([['kernel', settings.get<string>('guestKernel', '')]]);
  return readFacts([host, features].filter((part) => part !== '').join(','), guest);
}

/** `name=value` of what is set, with commas; an empty setting means the default. */
function list(entries: readonly (readonly [name: string, value: string])[]): string {
  return entries
    .filter(([, value]) => value.trim() !== '')
    .map(([name, value]) => `${name}=${value.trim()}`)
    .join(',');
}
