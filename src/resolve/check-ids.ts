import type { VmDescription } from '../config/launch-file.ts';
import type { Problem } from '../config/problem.ts';

/**
 * Ids of devices that QEMU refuses: those that two have, and those that are none (QEMU system/qdev-monitor.c
 * qdev_set_id, util/id.c id_wellformed). What only a branch adds may exclude each other, and a session of QMP may have
 * taken the first one away.
 */
export function checkIds({ binary, devices, problems }: VmDescription): Problem[] {
  if (binary === null || problems.some(({ code }) => code === 'conditional-options')) return [];
  const known = new Set<string>();
  return devices.flatMap(({ id }): Problem[] => {
    if (id?.known !== true) return [];
    const base = { severity: 'error', range: id.range } as const;
    if (!/^[A-Za-z][\w.-]*$/.test(id.text)) {
      const message = `'${id.text}' is no id that QEMU takes; expected a letter, then letters, digits, -, . and _`;
      return [{ ...base, code: 'bad-id', message }];
    }
    if (known.has(id.text)) {
      const message = `QEMU refuses a second device '${id.text}'; expected another id`;
      return [{ ...base, code: 'duplicate-id', message }];
    }
    known.add(id.text);
    return [];
  });
}
