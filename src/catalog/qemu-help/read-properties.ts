/** A property as `-device X,help`, `-machine X,help` and `-object X,help` print it. */
export interface PrintedProperty {
  readonly name: string;
  /** QEMU's own name of the type, e.g. `OnOffAuto`, `uint32`, `link<iothread>`. */
  readonly type: string;
  /** The words that are listed as `on/off/auto`; null if none are. */
  readonly values: readonly string[] | null;
  /** Without quotes; null if no default is printed. */
  readonly default: string | null;
}

const LINE = /^ {2}([^\s=]+)=<(.+?)>(?: +- (.*)| *)$/;
const DEFAULT = / ?\(default: ("?)(.*?)\1\)$/;
const VALUES = /(?:^|[\s(])(\w+(?:\/\w+)+)\)?$/;

/** The properties in what QEMU prints for `…,help`; lines of another form are left out. */
export function readProperties(text: string): PrintedProperty[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name, type, words = ''] = LINE.exec(line) ?? [];
    if (name === undefined || type === undefined) return [];
    const printed = DEFAULT.exec(words)?.[2];
    const values = VALUES.exec(words.replace(DEFAULT, '').trim())?.[1];
    return [{ name, type, values: values?.split('/') ?? null, default: printed ?? null }];
  });
}
