/** `key: value` of a VM's configuration, with its places. */
export interface Setting {
  readonly key: string;
  readonly value: string;
  /** The whole line. */
  readonly start: number;
  readonly end: number;
  readonly valueStart: number;
}

/** `name=value` of a setting's value; the first may have no name. */
export interface Part {
  readonly name: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
  readonly valueStart: number;
}

/** What a configuration says of the VM as it is, and its lines that are no settings. */
export interface Settings {
  readonly settings: readonly Setting[];
  readonly unread: readonly { readonly start: number; readonly end: number }[];
}

/** The settings of the VM as it is; those of its snapshots stand behind it in sections. */
export function readSettings(text: string): Settings {
  const settings: Setting[] = [];
  const unread: { start: number; end: number }[] = [];
  const pattern = /^(?:(\[)|([a-z][\w-]*):[ \t]*([^\r\n]*)|[ \t]*([^\s#][^\r\n]*))/gm;
  for (const match of text.matchAll(pattern)) {
    const [whole, bracket, key, value = ''] = match;
    if (bracket !== undefined) break;
    const end = match.index + whole.length;
    if (key === undefined) unread.push({ start: match.index, end });
    else
      settings.push({ key, value: value.trimEnd(), start: match.index, end, valueStart: end - value.length });
  }
  return { settings, unread };
}

/** The parts of a setting between its commas; the first without a name gets `first`. */
export function partsOf({ value, valueStart }: Setting, first: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const item of value.split(',')) {
    const equals = item.indexOf('=');
    const isNamed = equals >= 0;
    const start = valueStart + at;
    parts.push({
      name: isNamed ? item.slice(0, equals) : parts.length === 0 ? first : item,
      value: isNamed ? item.slice(equals + 1) : item,
      start,
      end: start + item.length,
      valueStart: start + equals + 1,
    });
    at += item.length + 1;
  }
  return parts;
}
