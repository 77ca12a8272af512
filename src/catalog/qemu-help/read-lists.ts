/** The release in what `--version` prints; undefined if it is none of QEMU. */
export function readVersion(text: string): string | undefined {
  return /^QEMU emulator version (\d+(?:\.\d+)+)/m.exec(text)?.[1];
}

/** The drivers in what `-device help` prints, aliases included. */
export function readDeviceNames(text: string): string[] {
  return [...text.matchAll(/^name "([^"]+)"(?:.*?, alias "([^"]+)")?/gm)].flatMap(([, name, alias]) =>
    [name, alias].filter((one) => one !== undefined),
  );
}

/** A line of `-machine help`. */
export interface PrintedMachine {
  readonly name: string;
  readonly title: string;
  /** The machine that the name stands for; null if it is one of its own. */
  readonly aliasOf: string | null;
}

/** The machines in what `-machine help` prints. */
export function readMachines(text: string): PrintedMachine[] {
  return [...text.matchAll(/^(?!Supported)(\S+) +(\S.*)$/gm)].map(([, name = '', title = '']) => ({
    name,
    title,
    aliasOf: /\(alias of ([^)]+)\)/.exec(title)?.[1] ?? null,
  }));
}

/** The flags in what `-cpu help` prints for x86; empty for other targets. */
export function readCpuFlags(text: string): string[] {
  const [, flags = ''] = text.split(/^Recognized CPUID flags:$/m);
  return flags.split(/\s+/).filter((flag) => flag !== '');
}

/** The trace points in what `-trace help` prints. */
export function readTracePoints(text: string): string[] {
  return [...text.matchAll(/^([a-z]\w+)$/gm)].map(([, name = '']) => name);
}

/** The options of the command line in what `-help` prints, without dashes. */
export function readCommandOptions(text: string): string[] {
  const heads = [...text.matchAll(/^(-[\w-]+(?:(?: or |\/)-[\w-]+)*)/gm)].map(([, head = '']) => head);
  return [...new Set(heads.flatMap((head) => head.split(/ or |\//)).map((name) => name.replace(/^--?/, '')))];
}

/** The properties behind `-netdev TYPE,` in what `-help` prints; empty if there is no such type. */
export function readNetdevOptions(help: string, type: string): string[] {
  const start = new RegExp(`^-netdev ${type},(.*(?:\\n {9}\\[.*)*)`, 'm').exec(help)?.[1] ?? '';
  return [...start.matchAll(/(?:^|[[,])([\w-]+)=/g)].map(([, name = '']) => name);
}

/** The properties behind `-accel kvm,` that `-help` prints. */
export function readAccelOptions(help: string): string[] {
  const [, block = ''] = /^-accel .*\n((?: {16}.*\n)*)/m.exec(help) ?? [];
  return [...block.matchAll(/^ {16}([\w-]+)=/gm)].map(([, name = '']) => name);
}
