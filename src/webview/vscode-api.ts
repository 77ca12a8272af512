import type { PanelIntent } from '../protocol/panel-state.ts';

/** What VS Code gives to the script of a panel. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  /** Kept over a reload of the window; only the question, as the answer is computed again. */
  setState(intent: PanelIntent): void;
}

declare global {
  function acquireVsCodeApi(): VsCodeApi;
}
