import type { State } from './state.ts';

/** A state that notes which of its bytes somebody reads or writes. */
export class Recorder {
  /** To be handed to guards and effects, which use it by index only: a proxy has no methods of a typed array. */
  readonly state: State;
  /** The same bytes, of which no note is taken. */
  readonly bytes: State;
  readonly #touched = new Set<number>();

  constructor(stateBytes: number) {
    this.bytes = new Uint8Array(stateBytes);
    this.state = new Proxy(this.bytes, {
      get: (bytes, key) => {
        const byte = this.#note(key);
        return byte === undefined ? (Reflect.get(bytes, key) as unknown) : bytes[byte];
      },
      set: (bytes, key, value: number) => {
        const byte = this.#note(key);
        if (byte !== undefined) bytes[byte] = value;
        return byte !== undefined;
      },
    });
  }

  /** Makes the state what `s` is, and forgets what was touched. */
  begin(s: State): void {
    this.#touched.clear();
    this.restore(s);
  }

  /** Makes the state what `s` is. */
  restore(s: State): void {
    this.bytes.set(s);
  }

  /** The bytes that were read or written since {@link begin}, in the order of the first time. */
  touched(): ReadonlySet<number> {
    return this.#touched;
  }

  /** By word of the state: all bits of the bytes of {@link touched}. */
  touchedBits(): Int32Array {
    const bits = new Uint8Array(Math.ceil(this.bytes.length / 4) * 4);
    for (const byte of this.#touched) bits[byte] = 0xff;
    return new Int32Array(bits.buffer);
  }

  /** The byte that a key names, now noted; undefined if it names none. */
  #note(key: string | symbol): number | undefined {
    const byte = typeof key === 'string' ? Number(key) : NaN;
    if (!(byte < this.bytes.length)) return undefined;
    this.#touched.add(byte);
    return byte;
  }
}
