import type { TextRange } from '../base/text-range.ts';
import { commandOptionNames, valueOf } from '../catalog/command-options.ts';
import { nearestName } from '../base/nearest-name.ts';
import { IMPLICIT_KEYS, takesJson } from './implicit-keys.ts';
import { isJson, readJsonObject } from './json-object.ts';
import { readKeyValueList } from './key-value-list.ts';
import type {
  CommandOption,
  DeviceDescription,
  GlobalProperty,
  Property,
  SourceText,
  VmDescription,
} from './launch-file.ts';
import { faultOfArgument, faultOfValue, isOption } from './argument-faults.ts';
import type { OptionMemory } from './known-options.ts';
import type { LineIndex } from './line-index.ts';
import type { Problem } from './problem.ts';
import { targetOf } from './qemu-program.ts';
import { isKnown, type Word } from './word.ts';
import { withSets, type SetProperty } from './set-properties.ts';
import { partRange, sourceText } from './source-texts.ts';

/** The words of one QEMU command line. */
export interface CommandLine {
  /** Null for a fragment that begins with an option. */
  readonly program: Word | null;
  readonly words: readonly Word[];
  /** Offsets of the whole command in the file. */
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the arguments of a QEMU command line; null if it starts no machine but prints a version or a list
 * (`-version`, `-device help`). Options that `memory` knows are taken from there.
 */
export function readVm(
  command: CommandLine,
  lines: LineIndex,
  problems: Problem[],
  memory: OptionMemory | null = null,
): VmDescription | null {
  const reader = new ArgumentReader(lines, problems, memory);
  reader.read(command.words);
  if (reader.onlyPrints) return null;
  const { program } = command;
  return {
    range: lines.range(command.start, command.end),
    language: 'qemu-command-line',
    binary: program === null ? null : sourceText(lines, program),
    target: program === null ? null : targetOf(program),
    machine: reader.machine,
    accelerators: reader.accelerators,
    cpu: reader.cpu,
    smp: reader.smp,
    devices: withSets(reader.devices, reader.sets),
    globals: reader.globals,
    options: reader.options,
    unknownArguments: reader.unknownArguments,
    problems,
  };
}

/** What the arguments of a command line say; `sets` have not been given to their devices. */
export interface Arguments extends Pick<
  VmDescription,
  'machine' | 'accelerators' | 'cpu' | 'smp' | 'devices' | 'globals' | 'options' | 'unknownArguments'
> {
  readonly sets: readonly SetProperty[];
  /** Whether they make QEMU print something and exit. */
  readonly onlyPrints: boolean;
}

/** Reads arguments that stand behind a program, or behind others that it gets. */
export function readArguments(words: readonly Word[], lines: LineIndex, problems: Problem[]): Arguments {
  const reader = new ArgumentReader(lines, problems, null);
  reader.read(words);
  return reader;
}

class ArgumentReader implements Arguments {
  readonly machine: Property[] = [];
  readonly accelerators: Property[][] = [];
  cpu: readonly Property[] = [];
  readonly smp: Property[] = [];
  readonly devices: DeviceDescription[] = [];
  readonly globals: GlobalProperty[] = [];
  readonly sets: SetProperty[] = [];
  readonly options: CommandOption[] = [];
  readonly unknownArguments: SourceText[] = [];
  onlyPrints = false;
  readonly #lines: LineIndex;
  readonly #problems: Problem[];
  readonly #memory: OptionMemory | null;
  /** Looking for the nearest name is slow; a file full of nonsense gets no more hints after these. */
  #hints = 50;

  constructor(lines: LineIndex, problems: Problem[], memory: OptionMemory | null) {
    this.#lines = lines;
    this.#problems = problems;
    this.#memory = memory;
  }

  read(words: readonly Word[]): void {
    for (let i = 0; i < words.length; i++) {
      const word = words[i] as Word;
      if (!word.text.startsWith('-') || word.text === '-') {
        this.#argument(word, words[i - 1]);
        continue;
      }
      const name = word.text.startsWith('--') ? word.text.slice(2) : word.text.slice(1);
      const next = words[i + 1];
      const takesNext = this.#takesNext(name, word, next);
      this.#option(name, word, takesNext ? next : undefined);
      if (takesNext) i += 1;
    }
  }

  /** Whether the next word is the option's value; says so where a value is missing or the option unknown. */
  #takesNext(name: string, word: Word, next: Word | undefined): boolean {
    const values = valueOf(name);
    if (values === 'none') return false;
    if (values === 'unknown') {
      this.#unknownOption(name, word);
      return next !== undefined && !next.text.startsWith('-');
    }
    if (next === undefined) {
      this.#problem('missing-value', 'error', `-${name} needs a value behind it`, word);
    } else if (isOption(next)) {
      const message = `-${name} needs a value behind it; QEMU takes ${next.text} for it`;
      this.#problem('missing-value', 'error', message, word);
      return false;
    }
    const fault = next && faultOfValue(next);
    if (fault !== undefined) this.#problem(fault.code, 'error', fault.message, next ?? word);
    return next !== undefined;
  }

  #unknownOption(name: string, word: Word): void {
    if (!isKnown(word, 0, word.text.length)) return;
    this.#hints -= 1;
    const nearest = this.#hints >= 0 ? nearestName(name, commandOptionNames()) : undefined;
    const before = /^([a-z][\w-]*)=/.exec(name)?.[1];
    const isGlued = before !== undefined && valueOf(before) !== 'unknown';
    const meant = isGlued ? `-${before} with a blank behind it` : nearest && `-${nearest}`;
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    this.#problem('unknown-option', 'error', `QEMU has no option -${name}${hint}`, word);
  }

  #argument(word: Word, previous: Word | undefined): void {
    if (!isKnown(word, 0, word.text.length)) {
      this.unknownArguments.push(sourceText(this.#lines, word));
      return;
    }
    const fault = faultOfArgument(word, previous);
    if (fault !== undefined) this.#problem(fault.code, 'error', fault.message, word);
  }

  #option(name: string, word: Word, value: Word | undefined): void {
    const canonical = name === 'M' ? 'machine' : name;
    if (PRINTING.has(canonical) || (value !== undefined && asksForList(value.text))) this.onlyPrints = true;
    const known = value && this.#memory?.find(word, value);
    const said = this.#problems.length;
    const option = known?.option ?? this.#newOption(canonical, name, word, value);
    const { properties, range } = option;
    this.options.push(option);
    if (canonical === 'enable-kvm') this.accelerators.push([impliedKvm(option.name)]);
    if (value === undefined) return;
    if (canonical === 'machine') append(this.machine, properties);
    else if (canonical === 'accel') this.accelerators.push([...properties]);
    else if (canonical === 'cpu') this.cpu = properties;
    else if (canonical === 'smp') append(this.smp, properties);
    else if (canonical === 'device' && known?.device) this.devices.push(known.device);
    else if (canonical === 'device') this.#device(properties, value, range);
    else if (canonical === 'global') this.#global(value);
    else if (canonical === 'set') this.#set(value);
    if (this.#problems.length > said) return;
    const device = canonical === 'device' ? this.devices.length - 1 : null;
    this.#memory?.remember({ word, value, option: this.options.length - 1, device });
  }

  #newOption(canonical: string, name: string, word: Word, value: Word | undefined): CommandOption {
    return {
      name: { ...sourceText(this.#lines, word), text: name },
      value: value === undefined ? null : sourceText(this.#lines, value),
      properties: value === undefined ? [] : this.#properties(canonical, value),
      range: this.#extent(word, value ?? word),
    };
  }

  /** From the first word to the end of the last; where they come from different places, as the command names them. */
  #extent(first: Word, last: Word): TextRange {
    if (first.use === last.use) return this.#lines.range(first.start, last.end);
    return this.#lines.range((first.use ?? first).start, (last.use ?? last).end);
  }

  #properties(name: string, value: Word): readonly Property[] {
    const implicitKey = IMPLICIT_KEYS.get(name);
    if (implicitKey === undefined) return [];
    if (isJson(value) && takesJson(name)) {
      const json = readJsonObject(value, this.#lines);
      this.#problems.push(...json.problems);
      return json.properties;
    }
    return readKeyValueList(value, implicitKey, name === 'device' ? 'device' : 'option', this.#lines);
  }

  #device(properties: readonly Property[], value: Word, range: TextRange): void {
    const driver = properties.find((property) => property.key.text === 'driver')?.value;
    if (driver === undefined || driver === null) {
      this.#problem(
        'missing-driver',
        'error',
        '-device needs the name of a device: driver,property=value,…',
        value,
      );
      return;
    }
    const id = properties.find((property) => property.key.text === 'id')?.value ?? null;
    const rest = properties.filter((property) => property.key.text !== 'driver');
    const valueRange = partRange(this.#lines, value, 0, value.text.length);
    this.devices.push({ driver, id, properties: rest, range, valueRange });
  }

  /** `-global driver.property=value`, or the same in three keys. */
  #global(value: Word): void {
    const { text } = value;
    const dot = text.indexOf('.');
    const equals = text.indexOf('=');
    if (dot > 0 && equals > dot) {
      const property = this.#pair(value, dot + 1, equals, 'global');
      this.globals.push({ driver: text.slice(0, dot), property });
      return;
    }
    const list = readKeyValueList(value, 'driver', 'global', this.#lines);
    const get = (key: string) => list.find((property) => property.key.text === key)?.value;
    const [driver, key, propertyValue] = [get('driver'), get('property'), get('value')];
    if (!driver || !key || !propertyValue) return;
    const range = partRange(this.#lines, value, 0, text.length);
    const property: Property = { key, value: propertyValue, valueType: 'text', from: 'global', range };
    this.globals.push({ driver: driver.text, property });
  }

  /** `-set device.ID.property=value`. */
  #set(value: Word): void {
    const { text } = value;
    const equals = text.indexOf('=');
    const idEnd = text.indexOf('.', GROUP.length);
    if (!text.startsWith(GROUP) || idEnd < 0 || equals < idEnd) return;
    this.sets.push({
      id: text.slice(GROUP.length, idEnd),
      property: this.#pair(value, idEnd + 1, equals, 'set'),
    });
  }

  #pair(word: Word, keyStart: number, equals: number, from: Property['from']): Property {
    return {
      key: sourceText(this.#lines, word, keyStart, equals),
      value: sourceText(this.#lines, word, equals + 1, word.text.length),
      valueType: 'text',
      from,
      range: partRange(this.#lines, word, keyStart, word.text.length),
    };
  }

  #problem(code: string, severity: Problem['severity'], message: string, word: Word): void {
    this.#problems.push({
      code,
      severity,
      message,
      range: partRange(this.#lines, word, 0, word.text.length),
    });
  }
}

const GROUP = 'device.';

const PRINTING: ReadonlySet<string> = new Set(['version', 'h', 'help', 'audio-help']);

/** Unlike `push(...items)`, works for any number of items. */
function append<T>(list: T[], items: readonly T[]): void {
  for (const item of items) list.push(item);
}

/** `help` and `?` make QEMU print a list and exit. */
function asksForList(value: string): boolean {
  return value === 'help' || value === '?' || value.endsWith(',help') || value.endsWith(',?');
}

function impliedKvm(option: SourceText): Property {
  const text = (value: string): SourceText => ({ text: value, range: option.range, known: true });
  return { key: text('accel'), value: text('kvm'), valueType: 'text', from: 'option', range: option.range };
}
