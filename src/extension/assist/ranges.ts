import * as vscode from 'vscode';
import type { TextRange } from '../../base/text-range.ts';

/** A range of the core as VS Code has it. */
export function rangeFrom({ start, end }: TextRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
