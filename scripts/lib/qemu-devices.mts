// What devices a QEMU has made of a command line, by asking its monitor: no guest runs.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { familyOf } from '../../src/resolve/families.ts';

const PATIENCE_MS = 30_000;
const MONITOR = ['-accel', 'tcg', '-S', '-display', 'none', '-qmp', 'stdio'];
const ASK = { execute: 'human-monitor-command', arguments: { 'command-line': 'info qtree' }, id: 'qtree' };

/**
 * The drivers whose interrupts are resolved, one for each device that a QEMU has when it is started with these arguments,
 * sorted; undefined if it cannot be started so.
 */
export async function devicesOfQemu(
  program: string,
  args: readonly string[],
): Promise<readonly string[] | undefined> {
  const tree = await treeOf(program, args);
  const drivers = [...(tree?.matchAll(/^ *dev: ([\w-]+),/gm) ?? [])].map(([, driver = '']) => driver);
  // The inner half of a virtio device on PCI has a name of its own.
  const modelled = drivers.filter((driver) => familyOf(driver) && !/^virtio-.*-device$/.test(driver));
  return tree === undefined ? undefined : modelled.toSorted();
}

/** What `info qtree` prints. */
async function treeOf(program: string, args: readonly string[]): Promise<string | undefined> {
  const qemu = spawn(program, [...args, ...MONITOR], {
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  const closed = new Promise((resolve) => {
    qemu.on('close', resolve);
    qemu.on('error', resolve);
  });
  // One that cannot be started takes no commands.
  qemu.stdin.on('error', () => undefined);
  qemu.stdin.write(`${JSON.stringify({ execute: 'qmp_capabilities' })}\n${JSON.stringify(ASK)}\n`);
  let tree: string | undefined;
  for await (const line of createInterface(qemu.stdout)) {
    const answer = JSON.parse(line) as { readonly id?: string; readonly return?: string };
    if (answer.id !== ASK.id) continue;
    tree = answer.return;
    qemu.stdin.end(`${JSON.stringify({ execute: 'quit' })}\n`);
  }
  await closed;
  return tree;
}
