import type { TextRange } from '../base/text-range.ts';
import { readJsonObject } from './json-object.ts';
import type { CommandOption, DeviceDescription, LaunchFile, Property, VmDescription } from './launch-file.ts';
import type { LineIndex } from './line-index.ts';
import { OptionTexts } from './option-texts.ts';
import type { Problem } from './problem.ts';
import { readQmpCommand } from './qmp-command.ts';
import { findQmpObjects } from './qmp-objects.ts';
import type { Stretch } from './shell-commands.ts';
import type { Word } from './word.ts';

/**
 * Reads the commands of a QMP session that plug devices, in a transcript, a log of libvirt or a list: a fragment of
 * a machine. Answers and events are left out.
 */
export function readQmp(text: string, lines: LineIndex): Pick<LaunchFile, 'machines' | 'problems'> {
  const texts = new OptionTexts(lines);
  const problems: Problem[] = [];
  const devices: DeviceDescription[] = [];
  const options: CommandOption[] = [];
  let whole: Stretch | undefined;
  for (const object of findQmpObjects(text)) {
    const command = readQmpCommand(text, object, lines, problems);
    if (command === undefined) continue;
    const { properties } = readJsonObject(plainWord(text, command.arguments), lines);
    const { option, at } = command;
    options.push({ ...texts.option(option, at, properties), properties });
    if (option === 'device') {
      const found = deviceOf(properties, object, command.arguments, texts);
      if (found !== undefined) devices.push(found);
      else if (command.isWhole) problems.push(missingDriver(texts.range(command.arguments)));
    }
    whole = { start: whole?.start ?? object.start, end: object.end };
  }
  if (whole === undefined) return { machines: [], problems };
  const machine: VmDescription = {
    range: texts.range(whole),
    language: 'qmp',
    binary: null,
    target: null,
    machine: [],
    accelerators: [],
    cpu: [],
    smp: [],
    devices,
    globals: [],
    options,
    unknownArguments: [],
    problems: [],
  };
  return { machines: [machine], problems };
}

function deviceOf(
  properties: readonly Property[],
  object: Stretch,
  value: Stretch,
  texts: OptionTexts,
): DeviceDescription | undefined {
  const get = (key: string) => properties.find((property) => property.key.text === key)?.value ?? null;
  const driver = get('driver');
  if (driver === null) return undefined;
  const rest = properties.filter(({ key }) => key.text !== 'driver');
  const [range, valueRange] = [texts.range(object), texts.range(value)];
  return { driver, id: get('id'), properties: rest, range, valueRange };
}

function missingDriver(range: TextRange): Problem {
  const message = 'device_add needs the name of a device; expected "driver": "…" in its arguments';
  return { code: 'missing-driver', severity: 'error', message, range };
}

function plainWord(text: string, { start, end }: Stretch): Word {
  const length = end - start;
  const run = { at: 0, length, source: start, sourceLength: length, verbatim: true, known: true };
  return { text: text.slice(start, end), runs: [run], start, end };
}
