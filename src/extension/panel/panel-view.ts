import * as vscode from 'vscode';
import type { Spread } from '../../analysis/spread.ts';
import { ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { Endpoint } from '../../protocol/endpoint.ts';
import {
  failed,
  getPage,
  intent,
  racesProgress,
  ready,
  search,
  state as stateType,
} from '../../protocol/messages.ts';
import type { PanelCommand, PanelState, Subject } from '../../protocol/panel-state.ts';
import type { RacesProgress } from '../../protocol/races-state.ts';
import { runProgress } from '../../protocol/run-progress.ts';
import type { RunProgress } from '../../protocol/run-progress.ts';
import { getSideBySide } from '../../protocol/side-by-side.ts';
import { getSpread, getTiming } from '../../protocol/timing.ts';
import { CHANGE_ASSUMPTIONS, OPEN_FUNCTION } from '../command-names.ts';
import { panelHtml } from './panel-html.ts';
import type { PanelModel } from './panel-model.ts';
import { PANEL_TYPE } from './panel-type.ts';

/** What a view is connected to. */
export interface PanelConnections {
  readonly model: PanelModel;
  readonly command: (command: PanelCommand) => void;
  readonly spread: (run: number) => Promise<Result<Spread>>;
  /** The user wants an answer to another question. */
  readonly ask: (subject: Subject) => void;
  /** Runs what is shown once more, as it is asked for now. */
  readonly askAgain: () => void;
  readonly showBug: (name: string) => void;
  readonly showRun: (index: number) => void;
  readonly report: (problem: string) => void;
  readonly closed: () => void;
}

/** A webview panel with its end of the line to the page. */
export class PanelView implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #root: vscode.Uri;
  #endpoint: Endpoint | undefined;

  constructor(panel: vscode.WebviewPanel, extensionUri: vscode.Uri) {
    this.#panel = panel;
    this.#root = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    panel.webview.options = { enableScripts: true, localResourceRoots: [this.#root] };
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'activity.svg');
  }

  /** A new panel beside the editor, which keeps the focus. */
  static create(extensionUri: vscode.Uri): PanelView {
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    return new PanelView(vscode.window.createWebviewPanel(PANEL_TYPE, 'IRQ Path', where), extensionUri);
  }

  /** Loads the page and begins to answer it. */
  start(connections: PanelConnections): void {
    const { model, command, spread, ask, askAgain, showBug, showRun } = connections;
    const { report, closed } = connections;
    const { webview } = this.#panel;
    const endpoint = new Endpoint({ send: (message) => void webview.postMessage(message), report });
    this.#endpoint = endpoint;
    endpoint.onRequest(ready, () => ok(model.state));
    endpoint.onRequest(intent, (wanted) => {
      if (wanted.kind === 'command') command(wanted.command);
      if (wanted.kind === 'changeAssumption')
        void vscode.commands.executeCommand(CHANGE_ASSUMPTIONS, wanted.fact);
      if (wanted.kind === 'openCode') void vscode.commands.executeCommand(OPEN_FUNCTION, wanted.at);
      if (wanted.kind === 'showBug') showBug(wanted.bug);
      if (wanted.kind === 'showRun') showRun(wanted.run);
      const asked = model.asked(wanted);
      if (asked) ask(asked);
      const state = model.apply(wanted);
      if (wanted.kind === 'setInterrupts') askAgain();
      return state;
    });
    endpoint.onRequest(getSideBySide, ({ comparison, shapes }) => model.sideBySide(comparison, shapes));
    endpoint.onRequest(getPage, (wanted) => model.page(wanted));
    endpoint.onRequest(search, (wanted) => model.search(wanted));
    endpoint.onRequest(getTiming, ({ run, shape }) => model.timing(run, shape));
    endpoint.onRequest(getSpread, ({ run }) => spread(run));
    endpoint.onNotification(failed, ({ message }) => {
      report(message);
    });
    webview.onDidReceiveMessage((message: unknown) => {
      endpoint.receive(message);
    });
    this.#panel.onDidDispose(() => {
      endpoint.close();
      closed();
    });
    const address = (name: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.#root, name)).toString();
    webview.html = panelHtml({
      cspSource: webview.cspSource,
      nonce: crypto.randomUUID(),
      script: address('main.js'),
      style: address('main.css'),
      language: vscode.env.language,
    });
  }

  update(state: PanelState): void {
    this.#endpoint?.notify(stateType, state);
  }

  progress(progress: RacesProgress): void {
    this.#endpoint?.notify(racesProgress, progress);
  }

  runProgress(progress: RunProgress): void {
    this.#endpoint?.notify(runProgress, progress);
  }

  reveal(): void {
    this.#panel.reveal(undefined, true);
  }

  rename(subject: string): void {
    this.#panel.title = vscode.l10n.t('{0}: IRQ Path', subject);
  }

  dispose(): void {
    this.#panel.dispose();
  }
}
