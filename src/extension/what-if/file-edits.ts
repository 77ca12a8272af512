import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { lineOffsets, offsetOf, positionOf, withReplacements } from '../../base/text-replacement.ts';
import type { TextReplacement } from '../../base/text-replacement.ts';
import { optionsOfDriver } from '../../catalog/options.ts';
import type { DeviceDescription, LaunchFile, Property } from '../../config/launch-file.ts';
import { readLaunchFile } from '../../config/read-launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { resolveFile } from '../../resolve/resolve-file.ts';
import { deviceOptions } from './device-options.ts';
import { libvirtEdits } from './libvirt-edits.ts';
import { sets, withChanges } from './overlay.ts';
import type { Change } from './overlay.ts';

/**
 * How to write changes of a device into its file: each replaces a value or adds an option, and nothing else.
 * The result was read again and found to mean exactly what the changes mean; where that cannot be had (the
 * device stands in a variable that two machines use, say), the error says so.
 */
export function editsFor(
  text: string,
  fileName: string,
  place: { readonly machine: number; readonly device: number },
  changes: readonly Change[],
  facts: Facts,
): Result<readonly TextReplacement[]> {
  const read = readLaunchFile(text, fileName);
  if (!read.ok) return fail(read.error.message);
  const device = read.value.machines[place.machine]?.devices[place.device];
  if (!device) return fail('the device is no longer in the file');
  const wanted = meaning(withChanges(read.value, place, changes), facts);
  const ways = text.startsWith('<', offsetOf(lineOffsets(text), device.valueRange.start))
    ? [false, true].map((asOverride) => libvirtEdits(text, device, changes, asOverride))
    : (['inside', 'behind'] as const).map((style) => editsOf(text, device, changes, style));
  for (const edits of ways) {
    const edited = edits && readLaunchFile(withReplacements(text, edits), fileName);
    if (edits && edited?.ok === true && meaning(edited.value, facts) === wanted) return ok(edits);
  }
  const names = changes.map(({ option }) => option.name).join(', ');
  return fail(`${names} cannot be changed here without changing something else; edit the file by hand`);
}

/** What a file says about all of its devices, as text to be compared. */
function meaning(file: LaunchFile, facts: Facts): string {
  const { machines } = resolveFile(file, facts);
  return JSON.stringify(
    machines.map(({ accelerator, architecture, irqchip, gicVersion, devices }, machine) => [
      [accelerator, architecture, irqchip, gicVersion],
      devices.map(({ id, driver, legs }, device) => [
        [id, driver],
        legs.map(({ path, settings }) => [path, settings]),
        deviceOptions(file, { machine, device }, facts).map(({ option, value }) => [option.name, value]),
        othersOf(file.machines[machine]?.devices[device]),
      ]),
      file.machines[machine]?.options.length,
    ]),
  );
}

/** The properties that are no such options: they must stay as they are. */
function othersOf(device: DeviceDescription | undefined): string[] {
  const options = optionsOfDriver(device?.driver.text ?? '').filter(({ type }) => type.kind !== 'text');
  return (device?.properties ?? [])
    .filter((property) => !options.some((option) => sets(property, option)))
    .map(({ key, value }) => `${key.text}=${value?.text ?? ''}`);
}

/** `behind` puts new options behind a quotation mark that closes where the device ends. */
function editsOf(
  text: string,
  device: DeviceDescription,
  changes: readonly Change[],
  style: 'inside' | 'behind',
): TextReplacement[] {
  const edits: TextReplacement[] = [];
  const added: Change[] = [];
  for (const change of changes) {
    const property = device.properties.findLast((one) => sets(one, change.option));
    if (property) edits.push(replacement(property, change));
    else added.push(change);
  }
  if (added.length > 0) edits.push(insertion(text, device, added, style));
  return edits;
}

function replacement(property: Property, { option, value }: Change): TextReplacement {
  if (property.value !== null && property.key.text === option.name) {
    return { range: property.value.range, text: valueIn(property.valueType !== 'text', { option, value }) };
  }
  // Another spelling may mean the opposite, and a key alone has no value: the whole is written anew.
  return { range: property.range, text: pairIn(property.valueType !== 'text', { option, value }) };
}

function insertion(
  text: string,
  { valueRange }: DeviceDescription,
  changes: readonly Change[],
  style: 'inside' | 'behind',
): TextReplacement {
  const offsets = lineOffsets(text);
  const [start, end] = [offsetOf(offsets, valueRange.start), offsetOf(offsets, valueRange.end)];
  const written = text.slice(start, end);
  const isJson = written.startsWith('{');
  const pairs = changes.map((change) => `,${isJson ? ' ' : ''}${pairIn(isJson, change)}`).join('');
  const at = isJson
    ? start + written.trimEnd().replace(/\s*\}$/, '').length
    : quoteEnd(text, written, end, style);
  const place = positionOf(offsets, at);
  return { range: { start: place, end: place }, text: pairs };
}

/** Behind a quotation mark that was opened inside of the value; if told so, behind any. */
function quoteEnd(text: string, written: string, end: number, style: 'inside' | 'behind'): number {
  const mark = text.charAt(end);
  if (mark !== '"' && mark !== "'") return end;
  const openedInside = written.split(mark).length % 2 === 0;
  return openedInside || style === 'behind' ? end + 1 : end;
}

function pairIn(json: boolean, change: Change): string {
  const value = valueIn(json, change);
  return json ? `"${change.option.name}": ${value}` : `${change.option.name}=${value}`;
}

function valueIn(json: boolean, { option, value }: Change): string {
  if (!json) return value;
  if (option.type.kind === 'boolean') return String(value === 'on');
  return option.type.kind === 'integer' ? String(Number(value)) : JSON.stringify(value);
}
