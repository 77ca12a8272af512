import * as vscode from 'vscode';
import { ALL_PATHS, findPath } from '../../paths/all-paths.ts';
import type { SingleSubject } from '../../protocol/panel-state.ts';
import { familyOf } from '../../resolve/families.ts';
import type { App } from '../app.ts';
import { COMPARE, COMPARE_CHECKED } from '../command-names.ts';
import type { PanelHost } from '../panel/panel-host.ts';
import { mainLeg, pathsText } from '../question/legs.ts';
import type { Outcome } from '../question/outcome.ts';
import { givenSubject, isTarget, subjectFor } from '../question/targets.ts';
import type { DevicesTree } from './devices-tree.ts';

/** *Compare IRQ Paths…*, and the button of the tree that compares what is checked there. */
export function registerCompareCommand(app: App, tree: DevicesTree, panel: PanelHost): void {
  const what = vscode.l10n.t('Compare IRQ Paths…');
  const show = (members: readonly SingleSubject[]) => panel.show({ kind: 'comparison', members });
  const compare = app.guarded(what, async (target?: unknown, selection?: unknown): Promise<Outcome> => {
    const selected = Array.isArray(selection) ? selection.flatMap((one) => givenSubject(one) ?? []) : [];
    if (selected.length >= 2) return await show(selected);
    // From the menu of an editor comes the address of its file.
    const atCursor = target instanceof vscode.Uri ? await subjectFor(undefined) : undefined;
    const named = givenSubject(target) ?? (isTarget(target) ? await subjectFor(target) : atCursor);
    if (named) return await show(everyPathOf(named));
    const members = await chooseMembers(app, tree);
    return members.length === 0 ? { kind: 'cancelled' } : await show(members);
  });
  const compareChecked = app.guarded(what, async (): Promise<Outcome> => {
    const checked = (await tree.devices()).filter(({ key }) => app.store.isCompared(key));
    return await show(checked.map(({ subject }) => subject));
  });
  app.context.subscriptions.push(
    vscode.commands.registerCommand(COMPARE, compare),
    ...COMPARE_CHECKED.map((name) => vscode.commands.registerCommand(name, compareChecked)),
  );
}

/** The device as it is, and on each other path of its family that can be run; a path, and those of its family and leg. */
function everyPathOf(subject: SingleSubject): SingleSubject[] {
  if (subject.kind === 'path') {
    const leg = findPath(subject.path)?.info.leg;
    const family = subject.path.slice(0, subject.path.indexOf('/') + 1);
    const others = ALL_PATHS.map(({ info }) => info).filter(
      ({ id, leg: other }) => id !== subject.path && id.startsWith(family) && other === leg,
    );
    return [subject, ...others.map(({ id }) => ({ kind: 'path', path: id }) as const)];
  }
  const family = familyOf(subject.driver);
  const paths = (family?.legs ?? []).flatMap(({ candidates }) => candidates.map(({ path }) => path));
  return [subject, ...paths.filter((path) => findPath(path)).map((asPath) => ({ ...subject, asPath }))];
}

interface MemberItem extends vscode.QuickPickItem {
  readonly subject?: SingleSubject;
}

/** Lets the user choose devices and paths; those that are checked in the tree are chosen already. Empty: none. */
async function chooseMembers(app: App, tree: DevicesTree): Promise<readonly SingleSubject[]> {
  const devices = (await tree.devices()).filter(({ found }) => mainLeg(found.device)?.canRun === true);
  const separator = (label: string): MemberItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const items: MemberItem[] = [
    ...(devices.length === 0 ? [] : [separator(vscode.l10n.t('Devices'))]),
    ...devices.map(({ key, found, subject, hasWhatIf }) => ({
      label: found.device.id,
      description: pathsText(found.device) ?? '',
      detail: [
        subject.kind === 'device' ? subject.fileName : vscode.l10n.t('Added by you'),
        ...(hasWhatIf ? [vscode.l10n.t('what-if')] : []),
        ...(found.device.byDefault === undefined ? [] : [vscode.l10n.t('by default')]),
      ].join(' · '),
      picked: app.store.isCompared(key),
      subject,
    })),
    separator(vscode.l10n.t('Paths')),
    ...ALL_PATHS.map(({ info: { id, title } }) => ({
      label: id,
      description: title,
      subject: { kind: 'path', path: id } as const,
    })),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    matchOnDescription: true,
    title: vscode.l10n.t('Compare IRQ Paths'),
    placeHolder: vscode.l10n.t('Two or more devices and paths; up to three are drawn beside each other'),
  });
  const members = (picked ?? []).flatMap(({ subject }) => subject ?? []);
  const [only] = members;
  return members.length === 1 && only ? everyPathOf(only) : members;
}
