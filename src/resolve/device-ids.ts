import type { DeviceDescription } from '../config/launch-file.ts';

/** Gives every device of a machine a name of its own: its `id=`, else its driver, numbered where taken. */
export class DeviceIds {
  readonly #taken = new Set<string>();
  /** How often a name was asked for, so that numbering many equal ones stays linear. */
  readonly #asked = new Map<string, number>();

  next(device: DeviceDescription): string {
    const wanted = device.id === null || device.id.text === '' ? device.driver.text : device.id.text;
    let count = (this.#asked.get(wanted) ?? 0) + 1;
    let id = count === 1 ? wanted : `${wanted}#${count}`;
    while (this.#taken.has(id)) {
      count += 1;
      id = `${wanted}#${count}`;
    }
    this.#asked.set(wanted, count);
    this.#taken.add(id);
    return id;
  }
}
