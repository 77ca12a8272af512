import * as vscode from 'vscode';
import { codePlaces, inAllReleases } from '../../catalog/code-places.ts';
import { definitionsOf } from './definitions-of.ts';
import { mayHold } from './same-code.ts';
import { fileInTree, isC } from './source-tree.ts';

/** The step that the panel is at. */
export interface MarkedStep {
  readonly at: string;
  /** What stands behind the line, e.g. `◂ 7/14 mask-intx`. */
  readonly words: string;
}

/** The step that the panel is at, in the C sources that show its function. */
export class CodeMark implements vscode.Disposable {
  readonly #type = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.stackFrameHighlightBackground'),
    overviewRulerColor: new vscode.ThemeColor('editor.stackFrameHighlightBackground'),
    overviewRulerLane: vscode.OverviewRulerLane.Full,
    after: { margin: '0 0 0 2em', color: new vscode.ThemeColor('editorCodeLens.foreground') },
  });
  readonly #listener: vscode.Disposable;
  readonly #marked = new Set<vscode.TextEditor>();
  #step: MarkedStep | null = null;
  /** The latest step; what was found out for an older one is dropped. */
  #turn = 0;

  constructor() {
    this.#listener = vscode.window.onDidChangeVisibleTextEditors(() => {
      this.#draw();
    });
  }

  /** Marks the function of a step, or takes the mark away. */
  show(step: MarkedStep | null): void {
    if (step?.at === this.#step?.at && step?.words === this.#step?.words) return;
    this.#step = step;
    this.#draw();
  }

  dispose(): void {
    this.#turn++;
    this.#listener.dispose();
    this.#type.dispose();
  }

  #draw(): void {
    const turn = ++this.#turn;
    const step = this.#step;
    const editors = vscode.window.visibleTextEditors.filter(({ document }) => isC(document));
    for (const editor of this.#marked) if (!step || !editors.includes(editor)) this.#unmark(editor);
    if (!step) return;
    for (const editor of editors) {
      void lineIn(editor.document, step.at).then((line) => {
        if (turn !== this.#turn) return;
        if (line === undefined) this.#unmark(editor);
        else this.#mark(editor, line, step.words);
      });
    }
  }

  #mark(editor: vscode.TextEditor, line: number, words: string): void {
    const { range } = editor.document.lineAt(line);
    editor.setDecorations(this.#type, [{ range, renderOptions: { after: { contentText: words } } }]);
    this.#marked.add(editor);
  }

  #unmark(editor: vscode.TextEditor): void {
    if (this.#marked.delete(editor)) editor.setDecorations(this.#type, []);
  }
}

/** The line on which a document defines the function of a step; undefined if it does not. Never rejects. */
async function lineIn(document: vscode.TextDocument, at: string): Promise<number | undefined> {
  const file = await fileInTree(document.uri);
  const place = file && codePlaces(at).find((one) => mayHold(file, one));
  if (!place || document.isClosed) return undefined;
  const definitions = definitionsOf(document);
  return inAllReleases(place)
    .names.map((name) => definitions.get(name)?.line)
    .find((line) => line !== undefined);
}
