import type { PlaceChange } from '../base/place-change.ts';
import type { CommandOption, DeviceDescription, Property, SourceText } from '../config/launch-file.ts';

/** Whether what a launch file says is what it said in the version before, and stands where the change moved it. */
export class SameDescription {
  readonly #change: PlaceChange;

  constructor(change: PlaceChange) {
    this.#change = change;
  }

  text(a: SourceText | null, b: SourceText | null): boolean {
    if (a === null || b === null) return a === b;
    return a.text === b.text && a.known === b.known && this.#change.leads(a.range, b.range);
  }

  property(a: Property, b: Property): boolean {
    return (
      a.valueType === b.valueType &&
      a.from === b.from &&
      this.text(a.key, b.key) &&
      this.text(a.value, b.value) &&
      this.#change.leads(a.range, b.range)
    );
  }

  properties(a: readonly Property[], b: readonly Property[]): boolean {
    return all(a, b, (one, other) => this.property(one, other));
  }

  option(a: CommandOption, b: CommandOption): boolean {
    if (a === b && this.#change.leaves(a.range)) return true;
    return (
      this.text(a.name, b.name) &&
      this.text(a.value, b.value) &&
      this.properties(a.properties, b.properties) &&
      this.#change.leads(a.range, b.range)
    );
  }

  device(a: DeviceDescription, b: DeviceDescription): boolean {
    if (a === b && this.#change.leaves(a.range)) return true;
    return (
      this.text(a.driver, b.driver) &&
      this.text(a.id, b.id) &&
      this.properties(a.properties, b.properties) &&
      this.#change.leads(a.range, b.range) &&
      this.#change.leads(a.valueRange, b.valueRange) &&
      a.nature === b.nature
    );
  }
}

/** Whether two lists are equally long and agree in every place. */
export function all<T>(a: readonly T[], b: readonly T[], isSame: (one: T, other: T) => boolean): boolean {
  return a.length === b.length && a.every((one, i) => isSame(one, b[i] as T));
}
