import * as vscode from 'vscode';
import { codePlaces } from '../../catalog/code-places.ts';
import type { CodePlace } from '../../catalog/code-places.ts';
import type { Facts } from '../../facts/facts.ts';
import type { App } from '../app.ts';
import { assumedFacts } from '../assumptions.ts';
import { OPEN_FUNCTION } from '../command-names.ts';
import type { PanelHost } from '../panel/panel-host.ts';
import { fileAddress } from '../races/source-link.ts';
import { findFunction } from './find-function.ts';

/** What came of *Open Function*. */
type Opened =
  | { readonly kind: 'opened'; readonly uri: string; readonly line: number }
  | { readonly kind: 'message'; readonly message: string };

/** *Open Function of Step*: the code of the step that the panel is at, or of that whose `at` is given. */
export function registerOpenFunction(app: App, panel: PanelHost): void {
  const open = app.guarded(vscode.l10n.t('Open Function of Step'), async (at?: unknown): Promise<Opened> => {
    const shown = panel.shown();
    const wanted = typeof at === 'string' ? at : shown?.rows[shown.step]?.at;
    const outcome =
      wanted === undefined ? message(vscode.l10n.t('The panel shows no step.')) : await openCode(wanted);
    if (outcome.kind === 'message') void tell(outcome.message, wanted, app);
    return outcome;
  });
  app.context.subscriptions.push(vscode.commands.registerCommand(OPEN_FUNCTION, open));
}

async function openCode(at: string): Promise<Opened> {
  const places = codePlaces(at);
  const [first] = places;
  if (!first) return message(vscode.l10n.t('This step is no function of QEMU or Linux: {0}.', at));
  for (const place of places) {
    const found = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Looking for {0}', place.name) },
      () => findFunction(place),
    );
    if (found) return await show(found);
  }
  return message(
    vscode.l10n.t(
      '{0} ({1}) is not in this workspace. Open the folder of a {2} tree to see it there.',
      first.name,
      first.file,
      first.tree,
    ),
  );
}

async function show({ uri, range }: vscode.Location): Promise<Opened> {
  const present = vscode.window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === uri.toString(),
  );
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, {
    selection: new vscode.Range(range.start, range.start),
    viewColumn: present?.viewColumn ?? vscode.ViewColumn.One,
  });
  return { kind: 'opened', uri: uri.toString(), line: range.start.line };
}

function message(words: string): Opened {
  return { kind: 'message', message: words };
}

/** Says why nothing was opened; with the way to the file upstream, in the release that is assumed, where there is one. */
async function tell(words: string, at: string | undefined, { log }: App): Promise<void> {
  log.info(words);
  const facts = assumedFacts();
  const [place] = at === undefined ? [] : codePlaces(at);
  const upstream = vscode.l10n.t('Open Upstream');
  const buttons = place && facts.ok ? [upstream] : [];
  if ((await vscode.window.showInformationMessage(words, ...buttons)) !== upstream) return;
  if (place && facts.ok) await vscode.env.openExternal(vscode.Uri.parse(addressOf(place, facts.value)));
}

/** The file of a function upstream. `at` has the names of the release that is assumed already. */
function addressOf({ tree, file }: CodePlace, { host }: Facts): string {
  return fileAddress(tree, file, tree === 'QEMU' ? host.qemu : host.kernel);
}
