import { compareReleases } from './releases.ts';

/** How many devices one bus of KVM has room for, and since when. That there were 300 for a while is left out: nobody has read when. */
const ROOM: readonly { readonly since: string; readonly devices: number }[] = [
  { since: '3.5', devices: 1000 },
  { since: '2.6.34', devices: 200 },
];
const ROOM_AT_FIRST = 6;
/** Since then ioeventfds need none of the room. */
const NOT_COUNTED_SINCE = '3.10';

/** Where the numbers come from. */
export const ROOM_SOURCE =
  'QEMU commit 5d9ec1f4c7 (6, then 200 with 2.6.34, 1000 by 3.5), Linux virt/kvm/kvm_main.c kvm_io_bus_register_dev (ioeventfds are not counted: that 3.10 is the first release with it is unverified)';

/** How many ioeventfds fit on a bus of KVM at most; null if only open files limit them. */
export function ioeventfdRoom(kernel: string): number | null {
  if (compareReleases(kernel, NOT_COUNTED_SINCE) >= 0) return null;
  return ROOM.find(({ since }) => compareReleases(kernel, since) >= 0)?.devices ?? ROOM_AT_FIRST;
}
