import { nearestName, nearestOrAll } from '../../base/nearest-name.ts';
import type { DefaultValue, OptionDoc, OptionType } from '../../catalog/option-doc.ts';
import { findOptions, namesOf, OPTIONS, optionsOfDriver } from '../../catalog/options.ts';
import { JSON_OPTION, readArguments } from '../arguments.ts';
import { badUsage, type Command } from '../command.ts';
import { compareOptions } from '../compare-options.ts';
import { table, wrap } from '../text.ts';

/** `irqpath options`: the documentation of options, as in the editor's hover. */
export const optionsCommand: Command = {
  name: 'options',
  synopsis: '[NAME] | --qemu PROGRAM [--json]',
  summary: 'explains an option of QEMU that decides about interrupts, or lists them',
  help: [
    '  NAME     as QEMU or an old mail spells it, e.g. x-irqfd or irqfd;',
    '           DRIVER.NAME where several devices have it',
    '  --qemu   compares what is documented with what that QEMU prints about itself: options, types,',
    '           defaults, devices, machine types, trace points; it is only asked for help.',
    '           Status 1: there are differences',
    '  --json   as data; a list if several devices have an option of that name',
  ],
  async run(args, io) {
    const read = readArguments(args, { ...JSON_OPTION, qemu: { type: 'string' } }, 1);
    if (!read.ok) return badUsage(io, 'options', read.error);
    const name = read.value.positionals[0];
    const program = read.value.text('qemu');
    if (program !== undefined) {
      if (name !== undefined)
        return badUsage(io, 'options', `--qemu compares all options; '${name}' is too much`);
      return await compareOptions(io, program, read.value.flag('json'));
    }
    const found = name === undefined ? OPTIONS : findOptions(name);
    if (name !== undefined && found.length === 0) {
      return badUsage(io, 'options', `no option '${name}' is documented; ${hint(name)}`);
    }
    if (read.value.flag('json'))
      io.out(`${JSON.stringify(found.length === 1 ? found[0] : found, null, 2)}\n`);
    else io.out(`${(name === undefined ? list() : explainAll(found)).join('\n')}\n`);
    return 0;
  },
};

/** What else `name`, which is no option, may have been meant to be. */
function hint(name: string): string {
  const [driver = '', property] = name.split('.');
  const ofDriver = namesOf(optionsOfDriver(driver));
  if (property !== undefined && ofDriver.length > 0) {
    return nearestOrAll(property, ofDriver, `those of ${driver} are`);
  }
  const nearest = nearestName(property ?? name, namesOf(OPTIONS));
  return nearest === undefined ? 'irqpath options lists all' : `did you mean '${nearest}'?`;
}

function list(): string[] {
  return table(
    [
      { title: 'OPTION', align: 'left', maximum: 24 },
      { title: 'OF', align: 'left', maximum: 19 },
      { title: 'MEANING', align: 'left' },
    ],
    OPTIONS.map((option) => [option.name, ownerInWords(option), option.title]),
  );
}

/** What has the option: of a family of devices, the first that is documented. */
function ownerInWords({ owner, of }: OptionDoc): string {
  return owner === 'device' ? (of[0] ?? owner) : owner;
}

function explainAll(options: readonly OptionDoc[]): string[] {
  return options.flatMap((option, i) => (i === 0 ? explain(option) : ['', ...explain(option)]));
}

function explain(option: OptionDoc): string[] {
  const releases =
    option.introduced === null
      ? 'never in a release of QEMU'
      : `QEMU ${option.introduced} ${option.removed === null ? 'to today' : `until it was removed in ${option.removed}`}`;
  return [
    `${option.name}: ${option.title}`,
    ...wrap(typeInWords(option.type), '  values    '),
    ...option.defaults.flatMap((value) => wrap(defaultInWords(value), '  default   ')),
    ...wrap(`${option.owner}: ${option.of.join(', ')}`, '  of        '),
    ...wrap(releases, '  releases  '),
    ...option.spellings.flatMap(({ name, history }) => wrap(`${name} (${history})`, '  spelling  ')),
    ...wrap(option.effect, '  effect    '),
    ...option.sources.flatMap(({ where, verified }) =>
      wrap(verified ? where : `${where} (from memory, not verified)`, '  source    '),
    ),
  ];
}

function typeInWords(type: OptionType): string {
  switch (type.kind) {
    case 'boolean':
      return 'on or off';
    case 'integer':
      return `a whole number from ${type.minimum} to ${type.maximum} ${type.unit}`.trimEnd();
    case 'choice':
      return type.values.join(', ');
    case 'text':
      return type.meaning;
  }
}

function defaultInWords({ since, value, condition }: DefaultValue): string {
  const words = [value, condition].filter((part) => part != null).join('; ');
  return `${words} (since QEMU ${since})`;
}
