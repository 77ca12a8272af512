// `npm run corpus -- FOLDER`: reads launch files that others wrote, and holds libvirt's XML against the command lines
// that libvirt makes of it. The folder is not part of this project; IRQPATH_CORPUS may name it, too.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { answersOf, comparePair, notModelled, readMachines, type Answer } from './lib/corpus.mts';

const folder = process.argv[2] ?? process.env.IRQPATH_CORPUS;
/** No file may take longer; it says that a reader hangs, not how fast it is. */
const LONGEST_MS = 5_000;
const MUST_HAVE_MACHINE = /\.(?:xml|args)$/;

if (folder === undefined || !existsSync(folder)) {
  const where = folder === undefined ? 'no folder is given' : `${folder} is not there`;
  console.log(
    `corpus: ${where}; nothing was checked. Give one: npm run corpus -- FOLDER, or IRQPATH_CORPUS=FOLDER`,
  );
} else process.exitCode = check(folder) ? 0 : 1;

function check(root: string): boolean {
  const failures: string[] = [];
  const answers = new Map<Answer, number>();
  const drivers = new Map<string, number>();
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  let withMachine = 0;
  let pairs = 0;
  for (const file of files) {
    const name = relative(root, file);
    const text = readFileSync(file, 'utf8');
    const start = performance.now();
    const machines = readMachines(text, name);
    const tookMs = performance.now() - start;
    if (tookMs > LONGEST_MS) failures.push(`${name}: took ${tookMs.toFixed(0)} ms`);
    if (!machines.ok) failures.push(`${name}: ${machines.error}`);
    else {
      withMachine += machines.value.length > 0 ? 1 : 0;
      if (machines.value.length === 0 && MUST_HAVE_MACHINE.test(name)) failures.push(`${name}: no machine`);
      for (const answer of answersOf(machines.value)) answers.set(answer, (answers.get(answer) ?? 0) + 1);
      for (const driver of notModelled(machines.value)) drivers.set(driver, (drivers.get(driver) ?? 0) + 1);
    }
    const args = file.replace(/\.xml$/, '.args');
    if (args === file || !existsSync(args)) continue;
    pairs += 1;
    for (const line of comparePair(text, readFileSync(args, 'utf8'))) failures.push(`${name}: ${line}`);
  }
  const all = [...answers.values()].reduce((sum, count) => sum + count, 0);
  const silent = answers.get('nothing') ?? 0;
  const said = all === 0 ? 1 : 1 - silent / all;
  for (const failure of failures) console.log(failure);
  console.log(`${files.length} files read, ${withMachine} with a machine; ${pairs} pairs compared`);
  console.log(
    `${all} devices: ${[...answers].map(([answer, count]) => `${count} ${answer}`).join(', ')} ` +
      `(${(100 * said).toFixed(1)} % have a path or are said not to have one)`,
  );
  const byCount = [...drivers].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
  console.log(`not modelled: ${byCount.map(([driver, count]) => `${count} ${driver}`).join(', ')}`);
  console.log(failures.length === 0 ? 'corpus: all well' : `corpus: ${failures.length} failures`);
  return failures.length === 0 && said >= 0.95;
}
