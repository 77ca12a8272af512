import { MACHINE_OPTIONS } from './machine-options.ts';
import type { OptionDoc, Spelling } from './option-doc.ts';
import { VFIO_PLATFORM_OPTIONS } from './vfio-platform-options.ts';

/** Every documented option; the order is the one in which `irqpath options` lists them. */
export const OPTIONS: readonly OptionDoc[] = [...VFIO_PLATFORM_OPTIONS, ...MACHINE_OPTIONS];

/** The option that `name` is or was a name of; undefined if it is not documented here. */
export function findOption(name: string): OptionDoc | undefined {
  return (
    OPTIONS.find((option) => option.name === name) ??
    OPTIONS.find((option) => spellingOf(option, name) !== undefined)
  );
}

/** The options that a device driver has, has had, or was proposed with. */
export function optionsOfDriver(driver: string): readonly OptionDoc[] {
  return OPTIONS.filter((option) => option.owner === 'device' && option.of.includes(driver));
}

/** The other spelling of `option` that `name` is; undefined if it is its proper name or no name of it. */
export function spellingOf(option: OptionDoc, name: string): Spelling | undefined {
  return option.name === name ? undefined : option.spellings.find((spelling) => spelling.name === name);
}

/** Every name an option can be looked up by. */
export function optionNames(): readonly string[] {
  return OPTIONS.flatMap((option) => [option.name, ...option.spellings.map((spelling) => spelling.name)]);
}
