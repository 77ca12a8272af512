// `npm run bench`: prints Markdown tables. Not a test: on a loaded machine the numbers are those of a loaded machine.
import type { PathSettings } from '../src/paths/path.ts';
import { boundedBuffer } from '../test/unit/engine/textbook.ts';
import { hasSpin } from '../test/unit/engine/spin.ts';
import { editor } from './editor.mts';
import { bareEventQueue } from './event-queue.mts';
import { againstSpin, exploration, pathAgainstSpin } from './explorations.mts';
import { RUNS } from './measure.mts';
import { wirePath } from './paths.mts';
import { simpy } from './simpy.mts';
import { machineLine, table } from './table.mts';
import { timedRuns } from './timed-runs.mts';
import { traces } from './traces.mts';

const PATHS = ['vfio-platform/userspace', 'vfio-platform/irqfd'];
/** The machines with the largest states and the most of them, among those that tests explore whole. */
const LARGE: readonly { readonly name: string; readonly path: string; readonly settings: PathSettings }[] = [
  {
    name: 'vfio-pci/intx-irqfd, two vCPUs',
    path: 'vfio-pci/intx-irqfd',
    settings: { affinity: 'move-in-handler', napi: 'off', accesses: 1 },
  },
  {
    name: 'vfio-pci/msi-userspace, all in QEMU',
    path: 'vfio-pci/msi-userspace',
    settings: { irqchip: 'off' },
  },
  { name: 'virtio/notify-ioeventfd', path: 'virtio/notify-ioeventfd', settings: {} },
];

console.log(`${machineLine()}; rates are per second of processor time, medians of ${String(RUNS)} runs\n`);

const peer = simpy();
console.log(
  table('timed runs', [
    ...PATHS.flatMap((path) => [timedRuns(path, false), timedRuns(path, true)]),
    bareEventQueue(),
    ...(peer ? [peer] : []),
  ]),
);
if (!peer) console.log('\nSimPy is left out: Debian package python3-simpy3 is not installed.');

console.log();
console.log(
  table('exploring', [
    ...PATHS.map((path) => exploration(path, wirePath(path).wiring.model)),
    ...LARGE.map(({ name, path, settings }) => exploration(name, wirePath(path, settings).wiring.model)),
    // What a larger machine will need: the same states with unused bytes behind them.
    ...[128, 256].map((stateBytes) =>
      exploration('vfio-platform/userspace, padded', {
        ...wirePath('vfio-platform/userspace').wiring.model,
        stateBytes,
      }),
    ),
    exploration('bounded buffer of 8', boundedBuffer(8)),
  ]),
);

// With fewer, SPIN spends most of its time on starting.
for (const count of [10, 11]) console.log(`\n${table('exploring', againstSpin(count))}`);
const userspace = wirePath('vfio-platform/userspace').wiring.model;
console.log(`\n${table('exploring', pathAgainstSpin('vfio-platform/userspace', userspace, ['EARLY_EOI']))}`);
if (!hasSpin()) console.log('\nSPIN is left out: Debian packages spin and gcc are not both installed.');
console.log(`\n${table('traces', traces())}`);

console.log(`\n${await editor()}`);

console.log(`\n${machineLine()}`);
