import { nearestName } from '../../base/nearest-name.ts';
import type { TextReplacement } from '../../base/text-replacement.ts';
import { lineOffsets, offsetOf, positionOf } from '../../base/text-replacement.ts';
import { commandOptionNames } from '../../catalog/command-options.ts';
import { deviceNames } from '../../catalog/devices.ts';
import type { OptionDoc } from '../../catalog/option-doc.ts';
import {
  optionOfBackend,
  optionOfDriver,
  optionOfMachine,
  OPTIONS,
  spellingOf,
} from '../../catalog/options.ts';
import type { CommandOption, LaunchFile, VmDescription } from '../../config/launch-file.ts';
import type { Problem } from '../../config/problem.ts';
import type { Facts } from '../../facts/facts.ts';
import { readBoolean } from '../../resolve/option-value.ts';
import { ID_KEYS, linkedOptions } from './link-keys.ts';
import { optionsIn } from './options-in.ts';
import { offeredOptions } from './offered-options.ts';
import { valueOfKey } from './place.ts';
import { isSame, propertyWith } from './property-at.ts';
import type { PropertyAt } from './property-at.ts';
import { appended, removed, rewritten } from './property-edits.ts';
import type { Source } from './property-edits.ts';

/** An edit that may make a problem go away; whether it does is found out by making it. */
export interface FixCandidate {
  readonly title: string;
  readonly edits: readonly TextReplacement[];
}

/** What could be done about a problem, the most likely first. */
export function fixCandidates(
  text: string,
  file: LaunchFile,
  problem: Problem,
  facts: Facts,
): FixCandidate[] {
  if (problem.code === 'replaced-too-early') return forText(text, problem);
  const at = propertyWith(file, problem.range);
  if (at && problem.code === 'unknown-device') return otherDrivers(at);
  if (at) return forProperty({ text, language: at.vm.language }, at, problem, facts);
  const vm = file.machines.find(({ devices }) =>
    devices.some(
      ({ range, valueRange }) => isSame(range, problem.range) || isSame(valueRange, problem.range),
    ),
  );
  return vm ? forDevice({ text, language: vm.language }, vm, problem) : forText(text, problem);
}

function forProperty(source: Source, at: PropertyAt, { code }: Problem, facts: Facts): FixCandidate[] {
  const { option, property, vm } = at;
  const doc = documentationOf(at);
  const removal = { title: `Remove ${property.key.text}`, edits: removed(source, property) };
  const spelling = doc && spellingOf(doc, writtenName(at, doc));
  const others: FixCandidate[] = [];
  if (doc && (spelling || code === 'short-form')) others.push(...underProperName(source, at, doc));
  if (!doc) others.push(...otherNames(at, offeredOptions(option, vm, facts)));
  if (doc && code === 'invalid-value') others.push(...otherValues(source, at, doc));
  if (code === 'unknown-id') others.push(...otherIds(at));
  // A wrong value of the machine's own type or of an id is not mended by leaving it out.
  // What -global names cannot be left out alone.
  return property.from === 'global' ? others : [...others, removal];
}

function documentationOf({ option, property }: PropertyAt): OptionDoc | undefined {
  const names =
    property.value === null ? [property.key.text, property.key.text.replace(/^no/, '')] : [property.key.text];
  const find = (name: string): OptionDoc | undefined => {
    switch (option.name.text) {
      case 'device':
        return optionOfDriver(valueOfKey(option, 'driver') ?? '', name);
      case 'netdev':
      case 'object': {
        const kind = valueOfKey(option, option.name.text === 'netdev' ? 'type' : 'qom-type');
        return optionOfBackend(option.name.text, kind ?? '', name);
      }
      default:
        return optionOfMachine(name.replace(/^[+-]/, ''));
    }
  };
  return names.map(find).find((doc) => doc !== undefined);
}

/** The name in the file, without the `no` that a key alone may carry. */
function writtenName({ property }: PropertyAt, doc: OptionDoc): string {
  const { text } = property.key;
  const isNegated = property.value === null && doc.name !== text && spellingOf(doc, text) === undefined;
  return isNegated ? text.replace(/^no/, '') : text;
}

function underProperName(source: Source, at: PropertyAt, doc: OptionDoc): FixCandidate[] {
  const { property } = at;
  const name = writtenName(at, doc);
  const isNegated = name !== property.key.text;
  const written = property.value?.text ?? (isNegated ? 'off' : 'on');
  const on = doc.type.kind === 'boolean' ? readBoolean(written) : undefined;
  const isInverted = spellingOf(doc, name)?.inverted === true;
  const value = on === undefined ? written : on !== isInverted ? 'on' : 'off';
  return [
    {
      title: `Write ${doc.name}=${value}`,
      edits: rewritten(source, property, doc.name, doc.type.kind, value),
    },
  ];
}

function otherNames({ property }: PropertyAt, offered: readonly OptionDoc[]): FixCandidate[] {
  const nearest = nearestName(
    property.key.text,
    offered.map(({ name }) => name),
  );
  if (nearest === undefined) return [];
  return [{ title: `Change to ${nearest}`, edits: [{ range: property.key.range, text: nearest }] }];
}

function otherValues(
  source: Source,
  { property }: PropertyAt,
  { type, name, defaults }: OptionDoc,
): FixCandidate[] {
  const usual = defaults.flatMap(({ value }) => value ?? []);
  const values =
    type.kind === 'boolean'
      ? ['on', 'off']
      : type.kind === 'choice'
        ? type.values
        : type.kind === 'integer'
          ? [...new Set([...usual, String(type.minimum)])]
          : [];
  return values.map((value) => ({
    title: `Set ${name}=${value}`,
    edits: rewritten(source, property, property.key.text, type.kind, value),
  }));
}

function otherIds({ vm, property }: PropertyAt): FixCandidate[] {
  const { value, key } = property;
  const names = linkedOptions(key.text) ?? [];
  if (!value) return [];
  return vm.options
    .filter(({ name }) => names.includes(name.text))
    .flatMap((option) => ID_KEYS.get(option.name.text)?.map((idKey) => valueOfKey(option, idKey)) ?? [])
    .flatMap((id) =>
      id === undefined
        ? []
        : [{ title: `Change to ${key.text}=${id}`, edits: [{ range: value.range, text: id }] }],
    );
}

function otherDrivers({ property: { value } }: PropertyAt): FixCandidate[] {
  const nearest = value && nearestName(value.text, deviceNames());
  if (!value || nearest === undefined || nearest === null) return [];
  return [{ title: `Change to ${nearest}`, edits: [{ range: value.range, text: nearest }] }];
}

/** The options of the machine that decide where interrupts go. */
const MACHINE_VALUES = OPTIONS.filter(({ name }) => name === 'kernel-irqchip' || name === 'gic-version');

/** What is wrong with a device as a whole hangs on one of its options, on the machine, or on its memory. */
function forDevice(source: Source, vm: VmDescription, { code, range }: Problem): FixCandidate[] {
  const option = optionsIn(vm).find(
    ({ range: whole, value }) => isSame(whole, range) || (value && isSame(value.range, range)),
  );
  const all = option?.properties ?? [];
  const own = all.filter(({ key }) => !KEPT.includes(key.text));
  return [
    ...(option && code === 'unknown-id' ? all.flatMap((property) => otherIds({ vm, option, property })) : []),
    ...MACHINE_VALUES.flatMap(({ name, type }) =>
      type.kind === 'choice' ? type.values.flatMap((value) => ofMachine(source, vm, name, value)) : [],
    ),
    ...vm.options.filter(isMemory).map((memory) => ({
      title: `Add share=on to ${valueOfKey(memory, 'id') ?? 'the memory'}`,
      edits: appended(memory, 'share', 'on'),
    })),
    ...own.map((property) => ({ title: `Remove ${property.key.text}`, edits: removed(source, property) })),
  ];
}

/** What a device cannot be without. */
const KEPT: readonly string[] = ['driver', 'id', 'host', 'sysfsdev', 'netdev', 'drive', 'chardev'];

function isMemory(option: CommandOption): boolean {
  return (
    valueOfKey(option, 'qom-type')?.startsWith('memory-backend-') === true &&
    valueOfKey(option, 'share') === undefined
  );
}

/** libvirt's words for who has the IOAPIC. */
const IOAPICS: Readonly<Record<string, string>> = { on: 'kvm', split: 'qemu' };

function ofMachine({ language }: Source, vm: VmDescription, name: string, wanted: string): FixCandidate[] {
  const value = language === 'libvirt-xml' && name === 'kernel-irqchip' ? IOAPICS[wanted] : wanted;
  if (value === undefined) return [];
  const title = `Set ${name}=${wanted}`;
  const names = [name, name.replaceAll('-', '_')];
  const written = [...vm.machine, ...vm.accelerators.flat()].findLast(({ key }) => names.includes(key.text));
  if (written?.value) return [{ title, edits: [{ range: written.value.range, text: value }] }];
  const machine = vm.options.findLast((option) => ['machine', 'M'].includes(option.name.text));
  const edits = machine ? appended(machine, name, value) : [];
  return edits.length === 0 ? [] : [{ title, edits }];
}

/** Problems of the command line's own words. */
function forText(text: string, { code, range }: Problem): FixCandidate[] {
  const offsets = lineOffsets(text);
  const [start, end] = [offsetOf(offsets, range.start), offsetOf(offsets, range.end)];
  const written = text.slice(start, end);
  const at = (from: number, to: number, words: string): TextReplacement[] => [
    { range: { start: positionOf(offsets, from), end: positionOf(offsets, to) }, text: words },
  ];
  switch (code) {
    case 'unknown-option': {
      const [, dashes = '', name = ''] = /^(--?)(.*)$/.exec(written) ?? [];
      const nearest = nearestName(name, commandOptionNames());
      if (dashes === '' || nearest === undefined) return [];
      return [{ title: `Change to -${nearest}`, edits: at(start, end, dashes + nearest) }];
    }
    case 'split-list': {
      const gap = /(?:\\\r?\n|[ \t])+$/.exec(text.slice(0, start))?.[0].length ?? 0;
      return gap === 0 ? [] : [{ title: 'Remove the blanks before it', edits: at(start - gap, start, '') }];
    }
    case 'replaced-too-early':
      return [{ title: `Write \\${written}`, edits: at(start, start, '\\') }];
    case 'blank-after-backslash': {
      const blanks = /^\\?([ \t]+)(?=\r?\n)/.exec(text.slice(start));
      if (!blanks) return [];
      const from = start + blanks[0].length - (blanks[1] ?? '').length;
      return [{ title: 'Remove the blank', edits: at(from, start + blanks[0].length, '') }];
    }
    default:
      return [];
  }
}
