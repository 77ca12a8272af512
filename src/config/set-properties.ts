import type { DeviceDescription, Property } from './launch-file.ts';

/** `-set device.ID.property=value`. */
export interface SetProperty {
  readonly id: string;
  readonly property: Property;
}

/** Every `-set` reaches the first device with its id; QEMU refuses a second one. */
export function withSets(
  devices: readonly DeviceDescription[],
  sets: readonly SetProperty[],
): DeviceDescription[] {
  const byId = new Map<string, Property[]>();
  for (const { id, property } of sets) {
    const properties = byId.get(id);
    if (properties === undefined) byId.set(id, [property]);
    else properties.push(property);
  }
  return devices.map((device) => {
    const id = device.id?.text ?? '';
    const properties = byId.get(id);
    if (properties === undefined) return device;
    byId.delete(id);
    return { ...device, properties: [...device.properties, ...properties] };
  });
}
