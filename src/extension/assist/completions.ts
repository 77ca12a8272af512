import type { Position, TextRange } from '../../base/text-range.ts';
import type { OptionDoc, OptionType } from '../../catalog/option-doc.ts';
import { spellingOf } from '../../catalog/options.ts';
import type { LaunchFile, VmDescription } from '../../config/launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { compareReleases } from '../../facts/releases.ts';
import { optionMarkdown } from '../hover/option-text.ts';
import { ID_KEYS, linkedOptions } from './link-keys.ts';
import { offeredKinds, offeredOptions } from './offered-options.ts';
import { placeAt, valueOfKey } from './place.ts';
import type { Place } from './place.ts';

/** Something that can be written at a place. */
export interface Completion {
  readonly kind: 'option' | 'value' | 'type' | 'id';
  readonly label: string;
  /** What is written instead of the text in `range`. */
  readonly text: string;
  readonly range: TextRange;
  readonly detail: string;
  /** Markdown; empty if there is none. */
  readonly documentation: string;
  /** Its value is written next. */
  readonly asksAgain: boolean;
}

/** What can be written at a position of a launch file; empty where nothing is known about it. */
export function completionsAt(file: LaunchFile, position: Position, facts: Facts): Completion[] {
  const place = placeAt(file, position);
  if (!place) return [];
  if (place.kind === 'value') return valuesAt(place, facts);
  // Elsewhere an option is no key: libvirt has attributes and elements of its own.
  return place.vm.language === 'libvirt-xml' ? [] : keysAt(place, facts);
}

function keysAt(place: Place & { readonly kind: 'key' }, facts: Facts): Completion[] {
  const { option, vm, range } = place;
  const others = option.properties.filter(({ key }) => key.range !== range).map(({ key }) => key.text);
  return offeredOptions(option, vm, facts)
    .filter((doc) => !others.some((name) => name === doc.name || spellingOf(doc, name) !== undefined))
    .map((doc) => ({
      kind: 'option' as const,
      label: doc.name,
      text: `${doc.name}=`,
      range,
      detail: doc.title,
      documentation: optionMarkdown(doc, undefined, facts.host.qemu),
      asksAgain: true,
    }));
}

function valuesAt(place: Place & { readonly kind: 'value' }, facts: Facts): Completion[] {
  const { option, vm, key, range, valueType, written } = place;
  // libvirt takes only these words for a property of QEMU.
  const usesTrue = valueType === 'boolean' || written === 'true' || written === 'false';
  const kinds = offeredKinds(option, key, vm, facts);
  const base = { range, documentation: '', asksAgain: false } as const;
  if (kinds.length > 0)
    return kinds.map(({ name, title }) => ({
      ...base,
      kind: 'type',
      label: name,
      text: name,
      detail: title,
    }));
  const linked = linkedOptions(key);
  if (linked !== undefined && option.name.text !== key)
    return idsOf(vm, linked).map(({ id, detail }) => ({ ...base, kind: 'id', label: id, text: id, detail }));
  const doc = offeredOptions(option, vm, facts).find(
    (one) => one.name === key || spellingOf(one, key) !== undefined,
  );
  if (!doc) return [];
  const isInverted = spellingOf(doc, key)?.inverted === true;
  const usual = isInverted ? null : defaultIn(doc, facts.host.qemu);
  return valuesOf(doc.type, usual).map((value) => ({
    ...base,
    kind: 'value',
    label: value,
    text: doc.type.kind === 'boolean' && usesTrue ? String(value === 'on') : value,
    detail: value === usual ? 'default' : '',
    documentation: doc.effect,
  }));
}

/** What has an id that a property could name. */
function idsOf(
  vm: VmDescription,
  names: readonly string[],
): { readonly id: string; readonly detail: string }[] {
  return vm.options.flatMap((option) => {
    if (!names.includes(option.name.text)) return [];
    const keys = ID_KEYS.get(option.name.text) ?? [];
    const ids = keys.map((key) => valueOfKey(option, key)).filter((id) => id !== undefined);
    const kind = valueOfKey(option, 'type') ?? valueOfKey(option, 'qom-type') ?? valueOfKey(option, 'driver');
    const detail = `-${option.name.text}${kind === undefined ? '' : ` ${kind}`}`;
    return ids.map((id) => ({ id, detail }));
  });
}

function valuesOf(type: OptionType, usual: string | null): readonly string[] {
  switch (type.kind) {
    case 'boolean':
      return ['on', 'off'];
    case 'choice':
      return type.values;
    case 'integer':
      return [...new Set([usual ?? '', String(type.minimum)])].filter((value) => value !== '');
    case 'text':
      return [];
  }
}

function defaultIn({ defaults }: OptionDoc, qemu: string): string | null {
  return defaults.findLast(({ since }) => compareReleases(since, qemu) <= 0)?.value ?? null;
}
