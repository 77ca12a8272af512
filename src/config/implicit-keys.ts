/**
 * The options whose value is a list of properties that are looked into, with the key that the first of them may leave
 * out; null where none may (QEMU's `implied_opt_name`).
 */
export const IMPLICIT_KEYS: ReadonlyMap<string, string | null> = new Map([
  ['machine', 'type'],
  ['accel', 'accel'],
  ['cpu', 'model'],
  ['smp', 'cpus'],
  ['device', 'driver'],
  ['netdev', 'type'],
  ['nic', 'type'],
  ['net', 'type'],
  ['object', 'qom-type'],
  ['chardev', 'backend'],
  ['blockdev', 'driver'],
  ['numa', 'type'],
  ['drive', null],
]);

/** Whether QEMU takes a JSON object for the option's value. */
export function takesJson(name: string): boolean {
  return WITH_JSON.has(name);
}

const WITH_JSON: ReadonlySet<string> = new Set(['device', 'machine', 'netdev', 'object', 'blockdev']);
