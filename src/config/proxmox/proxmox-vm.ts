import type { CommandOption, DeviceDescription, Property, SourceText } from '../launch-file.ts';
import type { OptionTexts } from '../option-texts.ts';
import type { Part, Setting } from './settings.ts';

/** What is collected while the settings are read. */
export interface ProxmoxVm {
  readonly texts: OptionTexts;
  readonly settings: ReadonlyMap<string, Setting>;
  readonly devices: DeviceDescription[];
  readonly options: CommandOption[];
}

/** A device that a setting asks for. */
export function addDevice(
  { texts, devices }: ProxmoxVm,
  setting: Setting,
  driver: string | SourceText,
  id: string | null,
  properties: readonly Property[] = [],
): void {
  const range = texts.range(setting);
  devices.push({
    driver: typeof driver === 'string' ? texts.derived(driver, setting) : driver,
    id:
      id === null
        ? null
        : texts.derived(id, {
            start: setting.start,
            end: Math.min(setting.end, setting.start + setting.key.length),
          }),
    properties,
    range,
    valueRange: texts.range({ start: setting.valueStart, end: setting.end }),
  });
}

/** A part of a setting as a property of QEMU. */
export function propertyOf(texts: OptionTexts, part: Part, key: string, value: string): Property {
  const valueAt = { start: part.valueStart, end: part.end };
  return texts.pair(texts.derived(key, part), texts.derived(value, valueAt), part);
}

/** A property of an option that is no device. */
export function asOption(property: Property): Property {
  return { ...property, from: 'option' };
}
