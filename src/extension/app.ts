import * as vscode from 'vscode';
import type { Environment } from './env/environment.ts';
import { Runs } from './runs.ts';
import { Explorer } from './worker/explorer.ts';
import { Simulator } from './worker/simulator.ts';
import { DeviceStore } from './what-if/device-store.ts';

/** What every feature is given. */
export interface App {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly environment: Environment;
  /** Every simulation of the editor goes through here. */
  readonly runs: Runs;
  /** Every exploration, in a worker. */
  readonly explorer: Explorer;
  /** Ends what the workers do, and the workers: nobody waits for it any more. */
  endWork(): void;
  /** What-ifs, compared devices and those added by hand, of this workspace. */
  readonly store: DeviceStore;
  /**
   * The same handler, but one that never throws: an error is logged and shown in words, and the result is then
   * undefined. `what` names the job for the message.
   */
  guarded<Parameters extends readonly unknown[], T>(
    what: string,
    handler: (...parameters: Parameters) => T | PromiseLike<T>,
  ): (...parameters: Parameters) => Promise<T | undefined>;
}

export function createApp(context: vscode.ExtensionContext, environment: Environment): App {
  const log = vscode.window.createOutputChannel('IRQ Path', { log: true });
  const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'worker.js');
  const explorer = new Explorer(() => environment.startExplorer(script.fsPath));
  const { startSimulator } = environment;
  const simulator = startSimulator && new Simulator(() => startSimulator(script.fsPath));
  const runs = new Runs(environment, simulator);
  const endWork = (): void => {
    runs.cancel();
    simulator?.dispose();
    explorer.dispose();
  };
  context.subscriptions.push(log, { dispose: endWork });
  return {
    context,
    log,
    environment,
    runs,
    explorer,
    endWork,
    store: new DeviceStore(context.workspaceState),
    guarded:
      (what, handler) =>
      async (...parameters) => {
        try {
          return await handler(...parameters);
        } catch (error) {
          log.error(what, error instanceof Error ? error : String(error));
          void showFailure(log, what, error instanceof Error ? error.message : String(error));
          return undefined;
        }
      },
  };
}

async function showFailure(log: vscode.LogOutputChannel, what: string, words: string): Promise<void> {
  const showLog = vscode.l10n.t('Show Log');
  const message = vscode.l10n.t('IRQ Path: {0} failed: {1}', what, words);
  if ((await vscode.window.showErrorMessage(message, showLog)) === showLog) log.show();
}
