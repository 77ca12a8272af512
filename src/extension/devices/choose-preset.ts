import * as vscode from 'vscode';
import { DEFAULT_FACTS } from '../../facts/read-facts.ts';
import { assumedFacts } from '../assumptions.ts';
import { offeredPresets } from '../what-if/added-device.ts';
import type { Preset, PresetGroup } from '../what-if/presets.ts';

interface PresetItem extends vscode.QuickPickItem {
  readonly preset?: Preset;
}

/** Lets the user choose one of the presets; undefined if he chooses none. */
export async function choosePreset(): Promise<Preset | undefined> {
  const facts = assumedFacts();
  const offered = offeredPresets(facts.ok ? facts.value : DEFAULT_FACTS);
  const items = (['assigned', 'virtio', 'emulated'] as const).flatMap((group): PresetItem[] => [
    { label: groupTitle(group), kind: vscode.QuickPickItemKind.Separator },
    ...offered
      .filter(({ preset }) => preset.group === group)
      .map(({ preset, limit }) => ({
        label: preset.title,
        description: preset.driver,
        detail: limit === null ? preset.detail : vscode.l10n.t('{0} · cannot be run yet', preset.detail),
        preset,
      })),
  ]);
  const placeHolder = vscode.l10n.t('Which device?');
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.preset;
}

function groupTitle(group: PresetGroup): string {
  switch (group) {
    case 'assigned':
      return vscode.l10n.t('Assigned by VFIO');
    case 'virtio':
      return vscode.l10n.t('virtio');
    case 'emulated':
      return vscode.l10n.t('Emulated by QEMU');
  }
}
