import * as vscode from 'vscode';
import { costText } from '../../analysis/cost-text.ts';
import type { TextRange } from '../../base/text-range.ts';
import type { LaunchFile } from '../../config/launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import type { App } from '../app.ts';
import { ASSUME_SECTION, assumedFacts } from '../assumptions.ts';
import { COMPARE, FIND_RACES } from '../command-names.ts';
import { LANGUAGES } from '../languages.ts';
import { devicesByPlace, devicesOf } from '../question/devices.ts';
import type { FoundDevice } from '../question/devices.ts';
import { mainLeg, pathsText } from '../question/legs.ts';
import { readDocument } from '../question/launch-documents.ts';
import { subjectOf } from '../question/targets.ts';
import { SIMULATE } from '../simulate-command.ts';
import { basisText, compareDeciding, measureDevice } from './measure.ts';
import { sharedVerdict, triage, triageText } from './verdict.ts';

/** Of the lenses in C sources too. */
export const CODE_LENS_SETTING = 'irqPath.codeLens';

/** What a device's lens is about. */
interface About {
  readonly uri: vscode.Uri;
  readonly file: LaunchFile;
  readonly found: FoundDevice;
  /** The same of other machines, where a variable holds it for all. */
  readonly others: readonly FoundDevice[];
  readonly facts: Facts;
}

/** A lens whose cost is found out when it comes into sight. */
class DeviceLens extends vscode.CodeLens {
  readonly about: About;

  constructor(range: vscode.Range, about: About) {
    super(range);
    this.about = about;
  }
}

/** The verdict above each device of a launch file, and a triage above each virtual machine. */
export function registerCodeLens(app: App): void {
  const changed = new vscode.EventEmitter<void>();
  const provide = app.guarded(
    vscode.l10n.t('Code lens'),
    async (document: vscode.TextDocument, token: vscode.CancellationToken) => await lensesOf(document, token),
  );
  const resolve = app.guarded(
    vscode.l10n.t('Code lens'),
    async (lens: vscode.CodeLens, token: vscode.CancellationToken) => await withVerdict(app, lens, token),
  );
  app.context.subscriptions.push(
    changed,
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(CODE_LENS_SETTING) || event.affectsConfiguration(ASSUME_SECTION))
        changed.fire();
    }),
    vscode.languages.registerCodeLensProvider([...LANGUAGES], {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: provide,
      resolveCodeLens: resolve,
    }),
  );
}

function detail(): string {
  return vscode.workspace.getConfiguration().get<string>(CODE_LENS_SETTING, 'pathAndCost');
}

async function lensesOf(
  document: vscode.TextDocument,
  token: vscode.CancellationToken,
): Promise<vscode.CodeLens[]> {
  if (detail() === 'off') return [];
  const facts = assumedFacts();
  const read = facts.ok ? await readDocument(document, facts.value, token) : undefined;
  if (!facts.ok || !read) return [];
  const { file, resolved } = read;
  const machines = resolved.machines.flatMap((machine) => {
    if (triage(machine).devices === 0) return [];
    const command = { title: triageText(machine), command: 'irqPath.devices.focus' };
    return [new vscode.CodeLens(startOf(machine.range), command)];
  });
  const devices = devicesByPlace(devicesOf(resolved)).flatMap((all) => {
    const [found, ...others] = all.filter(({ device }) => mainLeg(device) !== undefined);
    const leg = found && mainLeg(found.device);
    if (!found || !leg) return [];
    const place = startOf(found.device.range);
    const verdict = new DeviceLens(place, { uri: document.uri, file, found, others, facts: facts.value });
    if (!leg.canRun) return [verdict];
    const subject = subjectOf(document.uri, found);
    const compare = { title: vscode.l10n.t('compare'), command: COMPARE, arguments: [subject] };
    const simulate = { title: vscode.l10n.t('simulate'), command: SIMULATE, arguments: [subject] };
    const races = { title: vscode.l10n.t('races'), command: FIND_RACES, arguments: [subject] };
    return [verdict, ...[simulate, compare, races].map((command) => new vscode.CodeLens(place, command))];
  });
  return [...machines, ...devices];
}

async function withVerdict(
  app: App,
  lens: vscode.CodeLens,
  token: vscode.CancellationToken,
): Promise<vscode.CodeLens> {
  if (!(lens instanceof DeviceLens)) return lens;
  const { uri, file, found, others, facts } = lens.about;
  const leg = mainLeg(found.device);
  const path = verdictOf(found);
  const subject = subjectOf(uri, found);
  const title = sharedVerdict([found, ...others].map(verdictOf));
  lens.command = { title, command: SIMULATE, arguments: [subject] };
  // What it costs depends on the rest of each machine.
  if (others.length > 0) return lens;
  if (detail() !== 'pathAndCost' || leg?.canRun !== true) return lens;
  const now = await measureDevice(found, facts, app.runs);
  if (!now || token.isCancellationRequested) return lens;
  const other = await compareDeciding(file, found, facts, now, app.runs);
  const tooltip = [other, vscode.l10n.t('Assuming {0}', basisText(facts, now))]
    .filter((line) => line !== undefined)
    .join('\n');
  lens.command = { ...lens.command, title: `${path} · ${costText(now)}`, tooltip };
  return lens;
}

function verdictOf({ device }: FoundDevice): string {
  return pathsText(device) ?? mainLeg(device)?.note ?? '';
}

function startOf({ start }: TextRange): vscode.Range {
  return new vscode.Range(start.line, start.character, start.line, start.character);
}
