import type { CommandOption, DeviceDescription, VmDescription } from '../../config/launch-file.ts';

/** The options of a machine, its devices included: where no command line names those (libvirt), as if one did. */
export function optionsIn({ options, devices }: VmDescription): readonly CommandOption[] {
  const isCommandLine = options.some(({ name }) => name.text === 'device');
  return isCommandLine ? options : [...options, ...devices.map(asOption)];
}

function asOption({ driver, properties, range, valueRange }: DeviceDescription): CommandOption {
  const { start } = driver.range;
  const text = (words: string) => ({ text: words, range: { start, end: start }, known: true });
  return {
    name: text('device'),
    value: { ...driver, range: valueRange },
    properties: [
      { key: text('driver'), value: driver, valueType: 'text', from: 'device', range: driver.range },
      ...properties,
    ],
    range,
  };
}
