/** What of a trace is compared of a guest's console at its UART. All of it is of the vCPU thread. */
export interface TracedUart {
  /** What stays of each trace point. */
  readonly rules: readonly (readonly [RegExp, (groups: readonly string[]) => string])[];
  /** Traced functions on the way of an access and of its line, with the caller where others call them, too. */
  readonly functions: readonly string[];
  /** The ioctls, and the numbers that a trace has for them. */
  readonly ioctls: Readonly<Record<string, string>>;
  /** Whether a round of the vCPU with this event is the UART's; the others are the timer's and idling. */
  readonly isItsRound: (event: string) => boolean;
}

/** The events of the UART in an ftrace text, in order. */
export function readUartEvents(text: string, uart: TracedUart): string[] {
  return roundsOf(
    text.split('\n').flatMap((line) => {
      const content = /^\s*CPU 0\/KVM-\d+\s+\[\d+\] \S+\s+[\d.]+: (.*)$/.exec(line)?.[1];
      return content === undefined ? [] : (eventInTrace(content, uart) ?? []);
    }),
    uart,
  );
}

/** The same of a run's trace points. */
export function uartEventsOfRun(tracepoints: readonly string[], uart: TracedUart): string[] {
  return roundsOf(
    tracepoints.flatMap((tracepoint) => eventInRun(tracepoint, uart) ?? []),
    uart,
  );
}

/** A text as a trace prints it, as an event; undefined if it is not one that is compared. */
function eventInTrace(text: string, uart: TracedUart): string | undefined {
  const [, name, caller = ''] = /^(\w+) <-(\w*)/.exec(text) ?? [];
  if (name !== undefined) {
    return uart.functions.includes(name) || uart.functions.includes(`${name} <-${caller}`) ? name : undefined;
  }
  const [, command] = /^sys_ioctl\(fd: \w+, cmd: (\w+)/.exec(text) ?? [];
  const ioctl = Object.keys(uart.ioctls).find((one) => uart.ioctls[one] === command);
  return ioctl === undefined ? eventOf(text, uart) : `ioctl ${ioctl}`;
}

function eventInRun(tracepoint: string, uart: TracedUart): string | undefined {
  const [, ioctl = ''] = /^syscalls:sys_enter_ioctl cmd=(\w+)$/.exec(tracepoint) ?? [];
  if (Object.hasOwn(uart.ioctls, ioctl)) return `ioctl ${ioctl}`;
  const [, called] = /^function:(\w+)/.exec(tracepoint) ?? [];
  if (called !== undefined) return uart.functions.find((one) => one.split(' ')[0] === called)?.split(' ')[0];
  const [, name = '', rest = ''] = /^kvm:(\w+)(.*)$/.exec(tracepoint) ?? [];
  return eventOf(rest === '' ? name : `${name}:${rest}`, uart);
}

function eventOf(text: string, { rules }: TracedUart): string | undefined {
  for (const [pattern, render] of rules) {
    const match = pattern.exec(text.trimEnd());
    if (match) return render(match.slice(1));
  }
  return undefined;
}

/** Leaves out the rounds of the vCPU, each from an exit to the next entry, that are not the UART's. */
function roundsOf(events: readonly string[], { isItsRound }: TracedUart): string[] {
  const kept: string[] = [];
  let round: string[] = [];
  for (const event of events) {
    if (event.startsWith('kvm_exit')) round = [];
    round.push(event);
    if (event !== 'kvm_entry') continue;
    if (round.some(isItsRound)) kept.push(...round);
    round = [];
  }
  return kept;
}
