import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { ASSUME_SECTION } from '../assumptions.ts';
import type { PanelIntent, Subject } from '../../protocol/panel-state.ts';
import { isPanelIntent } from '../../protocol/panel-guards.ts';
import { ask } from '../question/ask.ts';
import type { Outcome } from '../question/outcome.ts';
import { performCommand } from './panel-commands.ts';
import { PanelModel } from './panel-model.ts';
import type { Place, ShownRun } from './panel-model.ts';
import { PANEL_TYPE, PanelView } from './panel-view.ts';

/** How long a file must rest before the panel answers again. */
const SETTLE_MS = 300;

/** The one panel of a window, and what other features can ask of it. */
export interface PanelHost {
  /** Opens the panel beside the editor, which keeps the focus, and answers for a subject. */
  show(subject: Subject): Promise<Outcome>;
  /** What the panel shows; undefined while there is no answer. */
  shown(): ShownRun | undefined;
}

/** Makes the panel: one for the window, brought back after a reload, true to file and settings as they change. */
export function registerPanel(app: App): PanelHost {
  const host = new OnePanel(app);
  const restore = app.guarded(
    vscode.l10n.t('Restore the panel'),
    async (panel: vscode.WebviewPanel, state: unknown) => {
      if (isPanelIntent(state)) await host.restore(panel, state);
      else panel.dispose();
    },
  );
  app.context.subscriptions.push(
    host,
    vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, {
      deserializeWebviewPanel: async (panel, state) => {
        await restore(panel, state);
      },
    }),
  );
  return host;
}

class OnePanel implements PanelHost, vscode.Disposable {
  readonly #app: App;
  readonly #model: PanelModel;
  readonly #listeners: vscode.Disposable;
  readonly #askAgain: () => void;
  #view: PanelView | undefined;
  #settling: ReturnType<typeof setTimeout> | undefined;
  /** The latest question; an answer to an older one is dropped. */
  #turn = 0;

  constructor(app: App) {
    this.#app = app;
    this.#model = new PanelModel((state) => {
      this.#view?.update(state);
      void vscode.commands.executeCommand('setContext', 'irqPath.hasAnswer', state.answer !== null);
    });
    const again = app.guarded(vscode.l10n.t('Simulate IRQ path'), async () => {
      const { subject, shape, step } = this.#model.state;
      if (subject && this.#view) await this.#answer(subject, { shape, step });
    });
    this.#askAgain = () => {
      clearTimeout(this.#settling);
      this.#settling = setTimeout(() => void again(), SETTLE_MS);
    };
    this.#listeners = vscode.Disposable.from(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(ASSUME_SECTION)) this.#askAgain();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        const { subject } = this.#model.state;
        if (subject?.kind === 'device' && document.uri.toString() === subject.uri) this.#askAgain();
      }),
    );
  }

  async show(subject: Subject): Promise<Outcome> {
    if (this.#view) this.#view.reveal();
    else this.#open(PanelView.create(this.#app.context.extensionUri));
    return await this.#answer(subject);
  }

  shown(): ShownRun | undefined {
    return this.#view && this.#model.shown();
  }

  async restore(panel: vscode.WebviewPanel, { subject, shape, step }: PanelIntent): Promise<void> {
    this.#view?.dispose();
    this.#open(new PanelView(panel, this.#app.context.extensionUri));
    await this.#answer(subject, { shape, step });
  }

  dispose(): void {
    clearTimeout(this.#settling);
    this.#listeners.dispose();
    this.#view?.dispose();
  }

  #open(view: PanelView): void {
    const { log } = this.#app;
    const command = this.#app.guarded('panel', performCommand);
    this.#view = view;
    view.start({
      model: this.#model,
      command: (wanted) => void command(wanted, this.#model.state.subject),
      report: (problem) => {
        log.warn(`panel: ${problem}`);
      },
      closed: () => {
        if (this.#view !== view) return;
        this.#view = undefined;
        clearTimeout(this.#settling);
        this.#turn++;
        void vscode.commands.executeCommand('setContext', 'irqPath.hasAnswer', false);
      },
    });
  }

  async #answer(subject: Subject, place?: Place): Promise<Outcome> {
    const turn = ++this.#turn;
    this.#model.begin(subject);
    this.#view?.rename(subject.kind === 'device' ? subject.device : subject.path);
    const started = performance.now();
    const answer = await ask(subject, this.#app.environment);
    if (turn !== this.#turn) return { kind: 'cancelled' };
    if (!answer.ok) {
      const { trouble, notes } = answer.error;
      this.#model.fail(trouble, notes);
      this.#app.log.info(trouble.message);
      return { kind: 'trouble', message: trouble.message };
    }
    this.#model.finish(answer.value, place);
    const { path } = answer.value.simulation;
    this.#app.log.debug(`${path}: answered in ${String(Math.round(performance.now() - started))} ms`);
    return { kind: 'shown', path };
  }
}
