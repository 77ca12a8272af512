import * as vscode from 'vscode';
import type { StepRow } from '../../analysis/simulation.ts';
import type { PanelState } from '../../protocol/panel-state.ts';
import { assumedFacts } from '../assumptions.ts';
import { CodeMark } from '../c-sources/code-mark.ts';
import { deviceNamed } from '../question/devices.ts';
import { launchFileOf, resolvedFileOf } from '../question/launch-documents.ts';

/** The step that the panel is at, behind the line of its device in the launch file and at its function in C sources. */
export class StepMark implements vscode.Disposable {
  readonly #type = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    after: { margin: '0 0 0 2em', color: new vscode.ThemeColor('editorCodeLens.foreground') },
  });
  readonly #listener: vscode.Disposable;
  #state: PanelState | null = null;
  readonly #code = new CodeMark();
  #step: StepRow | undefined;

  constructor() {
    this.#listener = vscode.window.onDidChangeVisibleTextEditors(() => {
      this.#draw();
    });
  }

  /** Marks the step of a state, or takes the mark away where there is none. */
  show(state: PanelState | null, step: StepRow | undefined): void {
    this.#state = state;
    this.#step = step;
    this.#draw();
    this.#code.show(state && step ? { at: step.at, words: this.#words() } : null);
  }

  dispose(): void {
    this.#listener.dispose();
    this.#type.dispose();
    this.#code.dispose();
  }

  #draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const line = this.#lineIn(editor.document);
      editor.setDecorations(this.#type, line === undefined ? [] : [this.#mark(editor.document, line)]);
    }
  }

  #mark(document: vscode.TextDocument, line: number): vscode.DecorationOptions {
    const { end } = document.lineAt(line).range;
    return { range: new vscode.Range(end, end), renderOptions: { after: { contentText: this.#words() } } };
  }

  #words(): string {
    const { step = 0, shape = 0, answer } = this.#state ?? {};
    const steps = answer?.shapes[shape]?.steps ?? 0;
    return `◂ ${String(step + 1)}/${String(steps)} ${this.#step?.label ?? ''}`;
  }

  /** The line of the device in a document, as it stands there now; undefined if the panel shows no step of one there. */
  #lineIn(document: vscode.TextDocument): number | undefined {
    const subject = this.#state?.subject;
    if (subject?.kind !== 'device' || !this.#step) return undefined;
    if (document.uri.toString() !== subject.uri) return undefined;
    const facts = assumedFacts();
    const file = launchFileOf(document);
    if (!facts.ok || !file.ok) return undefined;
    const found = deviceNamed(resolvedFileOf(file.value, facts.value), subject.device, subject);
    return found?.device.range.start.line;
  }
}
