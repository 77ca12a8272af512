import * as vscode from 'vscode';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { factsFrom } from './fact-settings.ts';

/** The section of the settings that assumptions come from. */
export const ASSUME_SECTION = 'irqPath.assume';

/** The facts that the settings describe; the error says which setting was not understood. */
export function assumedFacts(): Result<Facts> {
  const settings = vscode.workspace.getConfiguration(ASSUME_SECTION);
  return factsFrom((name) => settings.get<string>(name, ''));
}
