import * as vscode from 'vscode';
import type { PanelState } from '../../protocol/panel-state.ts';
import { assumedFacts } from '../assumptions.ts';
import { deviceNamed } from '../question/devices.ts';
import { launchFileOf, resolvedFileOf } from '../question/launch-documents.ts';

/** The step that the panel is at, behind the line of its device in the launch file. */
export class StepMark implements vscode.Disposable {
  readonly #type = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    after: { margin: '0 0 0 2em', color: new vscode.ThemeColor('editorCodeLens.foreground') },
  });
  readonly #listener: vscode.Disposable;
  #state: PanelState | null = null;
  #label = '';

  constructor() {
    this.#listener = vscode.window.onDidChangeVisibleTextEditors(() => {
      this.#draw();
    });
  }

  /** Marks the step of a state, or takes the mark away; `label` is that step's, empty if there is none. */
  show(state: PanelState | null, label: string): void {
    this.#state = state;
    this.#label = label;
    this.#draw();
  }

  dispose(): void {
    this.#listener.dispose();
    this.#type.dispose();
  }

  #draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const line = this.#lineIn(editor.document);
      editor.setDecorations(this.#type, line === undefined ? [] : [this.#mark(editor.document, line)]);
    }
  }

  #mark(document: vscode.TextDocument, line: number): vscode.DecorationOptions {
    const { end } = document.lineAt(line).range;
    const { step = 0, shape = 0, answer } = this.#state ?? {};
    const steps = answer?.shapes[shape]?.steps ?? 0;
    const contentText = `◂ ${String(step + 1)}/${String(steps)} ${this.#label}`;
    return { range: new vscode.Range(end, end), renderOptions: { after: { contentText } } };
  }

  /** The line of the device in a document, as it stands there now; undefined if the panel shows no step of one there. */
  #lineIn(document: vscode.TextDocument): number | undefined {
    const subject = this.#state?.subject;
    if (subject?.kind !== 'device' || this.#label === '') return undefined;
    if (document.uri.toString() !== subject.uri) return undefined;
    const facts = assumedFacts();
    const file = launchFileOf(document);
    if (!facts.ok || !file.ok) return undefined;
    const found = deviceNamed(resolvedFileOf(file.value, facts.value), subject.device, subject.line);
    return found?.device.range.start.line;
  }
}
