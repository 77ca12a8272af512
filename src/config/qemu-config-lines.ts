import { nearestName } from '../base/nearest-name.ts';
import type { Problem } from './problem.ts';

/** What is wrong with a line. */
export type LineFault = Pick<Problem, 'severity' | 'message'>;

/**
 * What is wrong with a line of a `-readconfig` file, without its line feed, or null (QEMU util/qemu-config.c
 * qemu_config_foreach, which reads with sscanf).
 */
export function faultOf(line: string, isInGroup: boolean): LineFault | null {
  if (line === '' || line.startsWith('#')) return null;
  if (line === '\r') return error('QEMU cannot read an empty line that ends in CR LF; expected LF alone');
  if (line.trim() === '') return error('QEMU cannot read a line of blanks; expected an empty line');
  if (line.startsWith('[')) return faultOfHead(line);
  if (/^\s+#/.test(line))
    return error('QEMU takes this comment for a key; expected the # at the beginning of the line');
  if (!isInGroup) return error('QEMU cannot read this line; expected [GROUP] or [GROUP "ID"] first');
  // What stands behind the value QEMU does not look at.
  if (/^\s*\S+\s+=\s*"[^"]*"/.test(line)) return null;
  if (/^\s*\S+\s+=\s*"/.test(line))
    return error('nothing closes this value; expected " (QEMU takes the end of the line into the value)');
  if (/^\s*[\w.-]+="/.test(line))
    return error('QEMU takes all of this for a key; expected KEY = "VALUE" with a blank before the =');
  return error('QEMU cannot read this line; expected [GROUP], [GROUP "ID"] or KEY = "VALUE"');
}

function faultOfHead(line: string): LineFault | null {
  const [whole, name = '', bracket] = /^\[([\w-]+)(?:\s+"[^"]+")?(\]?)/.exec(line) ?? [];
  const isRead = whole !== undefined && (bracket === ']' || whole.endsWith('"'));
  if (!isRead) return error('QEMU cannot read this head of a group; expected [GROUP] or [GROUP "ID"]');
  const nearest = GROUPS.has(name) ? undefined : nearestName(name, GROUPS);
  if (nearest !== undefined)
    return error(`QEMU has no group of options '${name}'; did you mean '${nearest}'?`);
  if (bracket === ']') return null;
  return {
    severity: 'warning',
    message: 'nothing closes this [; expected ] right behind the ID (QEMU reads the head all the same)',
  };
}

function error(message: string): LineFault {
  return { severity: 'error', message };
}

/** Groups of a configuration file (QEMU system/vl.c qemu_add_opts); there may be more, so that only a near name counts. */
const GROUPS: ReadonlySet<string> = new Set([
  'accel',
  'action',
  'acpi',
  'add-fd',
  'audiodev',
  'blockdev',
  'boot-opts',
  'chardev',
  'device',
  'drive',
  'fsdev',
  'fw_cfg',
  'global',
  'icount',
  'iscsi',
  'machine',
  'memory',
  'mon',
  'msg',
  'name',
  'net',
  'netdev',
  'nic',
  'numa',
  'object',
  'option-rom',
  'overcommit',
  'plugin',
  'realtime',
  'rtc',
  'run-with',
  'sandbox',
  'semihosting-config',
  'smbios',
  'smp-opts',
  'spice',
  'throttle-groups',
  'tpmdev',
  'trace',
  'virtfs',
  'vnc',
]);
