import { compareReleases } from './releases.ts';

/** How many devices one bus of KVM has room for, and since when. That there were 300 for a while is left out: nobody has read when. */
const ROOM: readonly { readonly since: string; readonly devices: number }[] = [
  { since: '3.5', devices: 1000 },
  { since: '2.6.34', devices: 200 },
];
const ROOM_AT_FIRST = 6;
/** Since then ioeventfds need none of the room: 3.11 was the first, and 3.10 got it with this one of its stable releases. */
const NOT_COUNTED_SINCE = '3.10.106';

/** Where the numbers come from. */
export const ROOM_SOURCE =
  'QEMU commit 5d9ec1f4c7 (6, then 200 with 2.6.34, 1000 by 3.5), Linux virt/kvm/kvm_main.c kvm_io_bus_register_dev (ioeventfds are not counted: read in 3.11, and in the changes of 3.10.106)';

/** How many ioeventfds fit on a bus of KVM at most; null if only open files limit them. */
export function ioeventfdRoom(kernel: string): number | null {
  if (compareReleases(kernel, NOT_COUNTED_SINCE) >= 0) return null;
  return ROOM.find(({ since }) => compareReleases(kernel, since) >= 0)?.devices ?? ROOM_AT_FIRST;
}
