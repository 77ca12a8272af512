import type { PathSettings } from '../../paths/path.ts';
import { either, list, number, object, optional, record, text } from '../../protocol/guards.ts';
import type { Guard } from '../../protocol/guards.ts';

/** Values of options by name, instead of those of the file. */
export type Overlay = Readonly<Record<string, string>>;

/** A device that was added by hand. */
export interface AddedDevice {
  readonly id: string;
  readonly driver: string;
  /** The options that are set, by name. */
  readonly options: Overlay;
  /** The rest of the command line that it needs, each with its dash: `-netdev tap,id=net0`. */
  readonly backends?: readonly string[];
  /** Facts that are other for this device than for the workspace, e.g. `guest.msi`. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Settings of its paths that are in the nature of the hardware. */
  readonly settings?: PathSettings;
}

/** What a workspace remembers about devices. Keys are those of `deviceKey`. */
export interface SavedDevices {
  readonly overlays: Readonly<Record<string, Overlay>>;
  readonly compared: readonly string[];
  readonly added: readonly AddedDevice[];
}

/** Where the store is kept; `vscode.Memento` is one. */
export interface Shelf {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const SHELF_KEY = 'devices';
const name = text(4_000);
const isOverlay: Guard<Overlay> = record(name);
/** Whether a value is an added device, as the store keeps it. */
export const isAddedDevice: Guard<AddedDevice> = object<AddedDevice>({
  id: name,
  driver: name,
  options: isOverlay,
  backends: optional(list(name, 100)),
  facts: optional(isOverlay),
  settings: optional(record(either(name, number))),
});
const isSaved: Guard<SavedDevices> = object<SavedDevices>({
  overlays: record(isOverlay),
  compared: list(name, 1_000),
  added: list(isAddedDevice, 1_000),
});
const NOTHING: SavedDevices = { overlays: {}, compared: [], added: [] };

/** Names a device of a file in the store. */
export function deviceKey(uri: string, machine: number, id: string): string {
  return `${uri}#${String(machine)}#${id}`;
}

/** What a key of `deviceKey` names; undefined for other texts. */
export function placeOfKey(
  key: string,
): { readonly uri: string; readonly machine: number; readonly id: string } | undefined {
  // A URI writes `#` as %23, but what follows may hold one: `vfio-pci#2`.
  const match = /^([^#]+:[^#]*)#(\d+)#(.*)$/s.exec(key);
  if (!match) return undefined;
  const [, uri = '', machine = '', id = ''] = match;
  return { uri, machine: Number(machine), id };
}

/** Names a device that was added by hand. */
export function addedKey(id: string): string {
  return `added#${id}`;
}

/** The what-ifs, the devices that are compared and those added by hand: of this workspace, kept over reloads. */
export class DeviceStore {
  readonly #shelf: Shelf;
  readonly #listeners = new Set<() => void>();
  #saved: SavedDevices;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
    const saved = shelf.get(SHELF_KEY);
    this.#saved = isSaved(saved) ? saved : NOTHING;
  }

  /** Calls a listener after every change; the result ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The devices that were added by hand, with their what-ifs. */
  get added(): readonly AddedDevice[] {
    return this.#saved.added.map((device) => this.#withWhatIf(device));
  }

  /** Those devices as they were added. */
  get asAdded(): readonly AddedDevice[] {
    return this.#saved.added;
  }

  /** All what-ifs, by the keys of their devices. */
  get overlays(): Readonly<Record<string, Overlay>> {
    return this.#saved.overlays;
  }

  overlayOf(key: string): Overlay {
    return this.#saved.overlays[key] ?? {};
  }

  /** Sets an option of a what-if, or with `undefined` takes it out. */
  setOption(key: string, option: string, value: string | undefined): void {
    const rest = Object.entries(this.overlayOf(key)).filter(([other]) => other !== option);
    this.setOverlay(key, Object.fromEntries(value === undefined ? rest : [...rest, [option, value]]));
  }

  /** Replaces a what-if; an empty one is none. */
  setOverlay(key: string, overlay: Overlay): void {
    const others = Object.entries(this.#saved.overlays).filter(([other]) => other !== key);
    const own = Object.keys(overlay).length === 0 ? [] : [[key, overlay] as const];
    this.#change({ overlays: Object.fromEntries([...others, ...own]) });
  }

  isCompared(key: string): boolean {
    return this.#saved.compared.includes(key);
  }

  get compared(): readonly string[] {
    return this.#saved.compared;
  }

  setCompared(key: string, compared: boolean): void {
    const others = this.#saved.compared.filter((other) => other !== key);
    this.#change({ compared: compared ? [...others, key] : others });
  }

  /** Adds a device, numbered if its name is taken; returns it as it is kept. */
  add(wanted: AddedDevice): AddedDevice {
    let { id } = wanted;
    for (let number = 2; this.find(id); number++) id = `${wanted.id}-${String(number)}`;
    const device = { ...wanted, id };
    this.#change({ added: [...this.#saved.added, device] });
    return device;
  }

  /** Adds devices and puts what-ifs in the place of those that their devices had. */
  import(added: readonly AddedDevice[], overlays: Readonly<Record<string, Overlay>>): void {
    for (const device of added) this.add(device);
    for (const [key, overlay] of Object.entries(overlays)) this.setOverlay(key, overlay);
  }

  /** An added device, with its what-if. */
  find(id: string): AddedDevice | undefined {
    return this.added.find((device) => device.id === id);
  }

  remove(id: string): void {
    const added = this.#saved.added.filter((device) => device.id !== id);
    const key = addedKey(id);
    const compared = this.#saved.compared.filter((other) => other !== key);
    const overlays = Object.entries(this.#saved.overlays).filter(([other]) => other !== key);
    this.#change({ added, compared, overlays: Object.fromEntries(overlays) });
  }

  #withWhatIf(device: AddedDevice): AddedDevice {
    return { ...device, options: { ...device.options, ...this.overlayOf(addedKey(device.id)) } };
  }

  #change(part: Partial<SavedDevices>): void {
    this.#saved = { ...this.#saved, ...part };
    void this.#shelf.update(SHELF_KEY, this.#saved);
    for (const listener of [...this.#listeners]) listener();
  }
}
