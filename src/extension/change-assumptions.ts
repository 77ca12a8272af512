import * as vscode from 'vscode';
import { DEFAULT_FACTS } from '../facts/read-facts.ts';
import type { App } from './app.ts';
import { ASSUME_SECTION, assumedFacts } from './assumptions.ts';
import { CHANGE_ASSUMPTIONS } from './command-names.ts';
import { CHANGEABLE_FACTS, changedSetting, factsFrom, factValue } from './fact-settings.ts';
import type { ChangeableFact } from './fact-settings.ts';

/**
 * *Change Assumptions…*: one fact is chosen, then its value; the settings of the workspace keep it. The panel names
 * the fact that was clicked, and a caller may give the value too.
 */
export function registerChangeAssumptions(app: App): void {
  const change = app.guarded(
    vscode.l10n.t('Change Assumptions…'),
    async (wanted?: unknown, value?: unknown) => {
      const fact = CHANGEABLE_FACTS.find((one) => one.fact === wanted) ?? (await chooseFact());
      if (!fact) return;
      const chosen = typeof value === 'string' ? value : await chooseValue(fact);
      if (chosen !== undefined) await store(fact, chosen);
    },
  );
  app.context.subscriptions.push(vscode.commands.registerCommand(CHANGE_ASSUMPTIONS, change));
}

async function chooseFact(): Promise<ChangeableFact | undefined> {
  const facts = assumedFacts();
  const known = facts.ok ? facts.value : DEFAULT_FACTS;
  const items: (vscode.QuickPickItem & { readonly fact?: ChangeableFact })[] = CHANGEABLE_FACTS.map(
    (fact) => ({
      label: factValue(known, fact),
      description: fact.title,
      fact,
    }),
  );
  const settings = vscode.l10n.t('Open Settings');
  items.push({ label: settings, iconPath: new vscode.ThemeIcon('settings-gear') });
  const placeHolder = vscode.l10n.t('Which assumption?');
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  if (picked?.label === settings) {
    await vscode.commands.executeCommand('workbench.action.openSettings', ASSUME_SECTION);
  }
  return picked?.fact;
}

async function chooseValue(fact: ChangeableFact): Promise<string | undefined> {
  const facts = assumedFacts();
  const present = factValue(facts.ok ? facts.value : DEFAULT_FACTS, fact);
  const other = vscode.l10n.t('Other…');
  const items = fact.suggestions.map((label) => ({
    label,
    description: label === present ? vscode.l10n.t('assumed now') : '',
  }));
  const placeHolder = fact.title;
  const picked = await vscode.window.showQuickPick([...items, { label: other, description: '' }], {
    placeHolder,
  });
  if (picked?.label !== other) return picked?.label;
  return await vscode.window.showInputBox({
    prompt: `${fact.title}: ${fact.key.expected}`,
    value: present,
    validateInput: (text) => problemWith(fact, text),
  });
}

/** Why the settings would not be understood with this value; undefined if they would. */
function problemWith(fact: ChangeableFact, value: string): string | undefined {
  if (fact.key.parse(value) === undefined) return `${fact.key.expected} is expected`;
  const settings = vscode.workspace.getConfiguration(ASSUME_SECTION);
  const facts = factsFrom((name) => {
    const present = settings.get<string>(name, '');
    return name === fact.setting ? changedSetting(fact, present, value) : present;
  });
  return facts.ok ? undefined : facts.error;
}

async function store(fact: ChangeableFact, value: string): Promise<void> {
  const problem = problemWith(fact, value);
  if (problem !== undefined) {
    void vscode.window.showErrorMessage(vscode.l10n.t('{0}: {1}', fact.title, problem));
    return;
  }
  const settings = vscode.workspace.getConfiguration(ASSUME_SECTION);
  const changed = changedSetting(fact, settings.get<string>(fact.setting, ''), value);
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global;
  await settings.update(fact.setting, changed, target);
}
