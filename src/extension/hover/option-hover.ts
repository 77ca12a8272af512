import * as vscode from 'vscode';
import { costText } from '../../analysis/cost-text.ts';
import type { TextRange } from '../../base/text-range.ts';
import type { LaunchFile } from '../../config/launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { DEFAULT_FACTS } from '../../facts/read-facts.ts';
import type { App } from '../app.ts';
import { assumedFacts } from '../assumptions.ts';
import { basisText, measureDevice } from '../annotations/measure.ts';
import { LANGUAGES } from '../languages.ts';
import { devicesAt, devicesOf } from '../question/devices.ts';
import type { FoundDevice } from '../question/devices.ts';
import { mainLeg, pathsText } from '../question/legs.ts';
import { readDocument } from '../question/launch-documents.ts';
import type { Target } from '../question/targets.ts';
import type { Runs } from '../runs.ts';
import { SIMULATE } from '../simulate-command.ts';
import type { ResolvedFile, ResolvedLeg } from '../../resolve/resolved-file.ts';
import { changesFor } from './changes.ts';
import { driverAt, optionAt } from './option-at.ts';
import type { OptionAt } from './option-at.ts';
import { deviceMarkdown, escapeMarkdown, optionMarkdown } from './option-text.ts';

/** Of a machine with more devices only these are looked at for an option of the machine. */
const MOST_DEVICES = 3;

/** Help on a QEMU option or device under the pointer, in a QEMU command line only, with what the other value costs. */
export function registerOptionHover(app: App): void {
  const provide = app.guarded(
    'hover',
    async (document: vscode.TextDocument, position: vscode.Position, token: vscode.CancellationToken) =>
      await hoverAt(document, position, token, app.runs),
  );
  app.context.subscriptions.push(
    vscode.languages.registerHoverProvider([...LANGUAGES], { provideHover: provide }),
  );
}

/** What a hover is computed from. */
interface Scene {
  readonly uri: vscode.Uri;
  readonly file: LaunchFile;
  readonly resolved: ResolvedFile;
  readonly facts: Facts;
  readonly runs: Runs;
  readonly token: vscode.CancellationToken;
}

async function hoverAt(
  document: vscode.TextDocument,
  position: vscode.Position,
  token: vscode.CancellationToken,
  runs: Runs,
): Promise<vscode.Hover | undefined> {
  const assumed = assumedFacts();
  const facts = assumed.ok ? assumed.value : DEFAULT_FACTS;
  const read = await readDocument(document, facts, token);
  if (!read) return undefined;
  const scene: Scene = { uri: document.uri, ...read, facts, runs, token };
  const option = optionAt(read.file, position);
  if (option) {
    const verdict = await verdictOnOption(scene, option, position);
    if (token.isCancellationRequested) return undefined;
    return hover(optionMarkdown(option.option, option.spelling, facts.host.qemu, verdict), option.range);
  }
  const driver = driverAt(read.file, position);
  const verdict = driver && (await verdictOnAll(scene, devicesAt(read.resolved, position)));
  if (!driver || verdict === undefined || token.isCancellationRequested) return undefined;
  return hover(deviceMarkdown(driver.device, verdict), driver.range);
}

function hover(text: string, { start, end }: TextRange): vscode.Hover {
  const markdown = new vscode.MarkdownString(text);
  markdown.isTrusted = { enabledCommands: [SIMULATE] };
  return new vscode.Hover(markdown, new vscode.Range(start.line, start.character, end.line, end.character));
}

/** The option's own device, or for an option of the machine its modelled devices, each with what another value does. */
async function verdictOnOption(
  scene: Scene,
  at: OptionAt,
  position: vscode.Position,
): Promise<string | undefined> {
  const { resolved } = scene;
  const own = devicesAt(resolved, position);
  if (own.length > 0) return await verdictOnAll(scene, own, at);
  const machine = scene.file.machines.findIndex((vm) =>
    [vm.machine, ...vm.accelerators].some((properties) => properties.includes(at.property)),
  );
  const devices = devicesOf(resolved).filter(
    ({ device, place }) => place.machine === machine && device.legs.length > 0,
  );
  const verdicts = await Promise.all(
    devices.slice(0, MOST_DEVICES).map(async (found) => await verdictOn(scene, found, at)),
  );
  const words = verdicts.filter((verdict) => verdict !== undefined);
  return words.length === 0 ? undefined : words.join('\n\n');
}

/** What is to be said of a device that several machines have from one place: once for each answer. */
async function verdictOnAll(
  scene: Scene,
  all: readonly FoundDevice[],
  at?: OptionAt,
): Promise<string | undefined> {
  const different = new Map(all.map((found) => [pathsText(found.device) ?? '', found] as const).reverse());
  if (different.size < 2) {
    const [first] = all;
    return first && (await verdictOn(scene, first, at));
  }
  const verdicts = await Promise.all(
    [...different.values()]
      .reverse()
      .slice(0, MOST_DEVICES)
      .map(async (found) => {
        const verdict = await verdictOn(scene, found, at);
        const line = found.machine.range.start.line + 1;
        return verdict && `${vscode.l10n.t('In the machine of line {0}:', line)}\n\n${verdict}`;
      }),
  );
  const words = verdicts.filter((verdict) => verdict !== undefined);
  return words.length === 0 ? undefined : words.join('\n\n');
}

/** Which path a device takes, what that costs, what the other value would change, and a link that runs it. */
async function verdictOn(scene: Scene, found: FoundDevice, at?: OptionAt): Promise<string | undefined> {
  const { device } = found;
  const leg = mainLeg(device);
  if (!leg) return undefined;
  const { uri, facts, runs, token } = scene;
  const here = pathsText(device) ?? leg.note ?? vscode.l10n.t('a path that this file does not tell');
  const target: Target = { uri: uri.toString(), ...device.range.start };
  const link = `command:${SIMULATE}?${encodeURIComponent(JSON.stringify([target]))}`;
  const words =
    at?.option.owner === 'device' ? vscode.l10n.t('This device takes') : `${escapeMarkdown(device.id)}:`;
  const now = await measureDevice(found, facts, runs);
  if (token.isCancellationRequested) return undefined;
  const cost = now ? ` · ${costText(now)}` : '';
  const head = `${words} **${escapeMarkdown(here)}**${cost}`;
  if (leg.path !== null && !leg.canRun)
    return [head, ...casesOf(leg), escapeMarkdown(leg.note ?? '')].join('\n\n');
  const lines = [`${head} · [${vscode.l10n.t('Simulate IRQ path')}](${link})`, ...casesOf(leg)];
  if (!now) return lines.join('\n\n');
  const changes = await changesFor({ ...scene, isOver: () => token.isCancellationRequested }, found, at, now);
  lines.push(...changes.map((line) => `- ${escapeMarkdown(line)}`));
  lines.push(escapeMarkdown(`≈ assuming ${basisText(facts, now)}`));
  return lines.join('\n\n');
}

/** The other cases of an answer that rests on an assumption. */
function casesOf({ path, alternatives }: ResolvedLeg): string[] {
  if (path === null) return [];
  return alternatives.map((one) =>
    escapeMarkdown(vscode.l10n.t('{0} when {1}', one.path ?? vscode.l10n.t('no path'), one.when)),
  );
}
