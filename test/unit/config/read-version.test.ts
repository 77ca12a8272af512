import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { changeBetween } from '../../../src/base/text-change.ts';
import { runToEnd } from '../../../src/base/steps.ts';
import { scriptBySteps } from '../../../src/config/command-lines.ts';
import { isMovedFrom } from '../../../src/config/moved-machine.ts';
import { readVersion } from '../../../src/config/read-launch-file.ts';
import { unwrap } from '../../support/unwrap.ts';

describe('a script that is typed', () => {
  const LINES = Array.from(
    { length: 1_000 },
    (_, i) => `VAR${String(i)}="the ${String(i)}th of them"\n`,
  ).join('');

  /** How many pieces of a script are the same objects after another text has taken its place. */
  function kept(before: string, after: string): { readonly kept: number; readonly all: number } {
    const script = runToEnd(scriptBySteps(before, null));
    const next = runToEnd(scriptBySteps(after, { script, change: changeBetween(before, after) }));
    const known = new Set(script.pieces.map(({ commands }) => commands));
    return {
      kept: next.pieces.filter(({ commands }) => known.has(commands)).length,
      all: next.pieces.length,
    };
  }

  it('is only read where it changed', () => {
    const [start, end] = [LINES.slice(0, 9_000), LINES.slice(9_000)];
    for (const put of ['x', '\n', '# note\n', 'a'.repeat(5_000)]) {
      const { kept: same, all } = kept(LINES, start + put + end);
      // The change may end where the next piece begins.
      expect(all - same).toBeLessThanOrEqual(put.length > 100 ? 4 : 2);
      expect(all).toBeGreaterThan(10);
    }
  });

  it('is read up to the end of what a key opens, and again when it is closed', () => {
    expect(kept(LINES, `start() {\n${LINES}`).kept).toBe(0);
    const inTheMiddle = LINES.indexOf('\n', 9_000) + 1;
    const quoted = `${LINES.slice(0, inTheMiddle)}cat <<EOF\n${LINES.slice(inTheMiddle)}`;
    expect(kept(quoted, `${quoted}\n`).kept).toBeGreaterThan(10);
    expect(kept(quoted, `${quoted}EOF\n`).kept).toBeLessThan(6);
  });

  it('has the machines whose commands say all by themselves as they were, on other lines perhaps', () => {
    const machine = 'qemu-system-x86_64 -device e1000e,id=a\n';
    const [before, between] = [`NIC=e1000e\n${'# note\n'.repeat(400)}`, '# note\n'.repeat(400)];
    const text = `${before}${machine}${between}${machine.replace('e1000e', '$NIC')}${between}${machine}`;
    const first = unwrap(readVersion(text, 'vm.sh', null));
    const sameAfter = (from: string, to: string): string[] => {
      const next = unwrap(readVersion(text.replace(from, to), 'vm.sh', first));
      return next.file.machines.map((vm, i) => {
        const other = first.file.machines[i];
        if (vm === other) return 'same';
        return other && isMovedFrom(other, vm) ? 'moved' : 'read';
      });
    };
    expect(sameAfter('e1000e', 'e1000')).toEqual(['same', 'read', 'same']);
    expect(sameAfter('\n#', '\n\n#')).toEqual(['moved', 'read', 'moved']);
    expect(sameAfter('id=a', 'id=b')).toEqual(['read', 'read', 'same']);
    expect(sameAfter(`${machine}#`, `${machine}-nographic\n#`)).toEqual(['read', 'read', 'moved']);
  });

  it('holds nothing of the versions that nobody has any longer', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const text = `${'# note\n'.repeat(400)}qemu-system-x86_64 -device e1000e,id=a\n`;
    let version = unwrap(readVersion(text, 'vm.sh', null));
    const machines: WeakRef<object>[] = [];
    for (let line = 1; line <= 4; line++) {
      version = unwrap(readVersion('\n'.repeat(line) + text, 'vm.sh', version));
      machines.push(new WeakRef(version.file.machines[0] ?? {}));
      // What a weak reference was asked for lives until the job ends.
      await setImmediate();
    }
    collectGarbage();
    expect(machines.map((machine) => machine.deref() !== undefined)).toEqual([false, false, false, true]);
    expect(version.file.machines).toHaveLength(1);
  });

  it('has the options that are the same in the same place as the same objects', () => {
    const text = 'qemu-system-x86_64 \\\n -device e1000e \\\n -device "$NIC",id=a \\\n -smp 4\n';
    const first = unwrap(readVersion(text, 'vm.sh', null));
    const sameAfter = (from: string, to: string): boolean[] => {
      const next = unwrap(readVersion(text.replace(from, to), 'vm.sh', first));
      const options = first.file.machines[0]?.options ?? [];
      return options.map((option) => next.file.machines[0]?.options.includes(option) === true);
    };
    expect(sameAfter('e1000e', 'e1000')).toEqual([false, true, true]);
    expect(sameAfter('id=a', 'id=b')).toEqual([true, false, true]);
    expect(sameAfter('-smp', '\\\n -smp')).toEqual([true, true, false]);
    expect(sameAfter('qemu', 'NIC=e1000e\nqemu')).toEqual([false, false, false]);
  });
});
