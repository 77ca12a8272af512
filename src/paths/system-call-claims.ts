import type { Claim } from './alphabet.ts';

/** System calls by name; `ioctls` are those that count, by the number with which a trace may give them. */
export function ioctlClaim(ioctls: Readonly<Record<string, string>>): Claim {
  const byNumber = new Map(Object.entries(ioctls));
  const names = new Set(byNumber.values());
  return {
    event: (args) => {
      const given = /cmd[:=] ?(\w+)/.exec(args)?.[1] ?? '';
      const name = byNumber.get(given) ?? given;
      return names.has(name) ? `syscalls:sys_enter_ioctl ${name}` : null;
    },
  };
}

/** A poll of a thread of QEMU that found something ready: neither a time-out nor an error. */
export const PPOLL_READY: Claim = {
  event: (args) =>
    args.startsWith('0x0') || args.startsWith('0xf') ? null : 'syscalls:sys_exit_ppoll ready',
};
