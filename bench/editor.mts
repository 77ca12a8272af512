import { runToEnd } from '../src/base/steps.ts';
import type { Steps } from '../src/base/steps.ts';
import { changeOf, readVersion, type LaunchFileVersion } from '../src/config/read-launch-file.ts';
import type { LaunchFile } from '../src/config/launch-file.ts';
import { measure, simulate } from '../src/analysis/simulate.ts';
import { measureDevice } from '../src/extension/annotations/measure.ts';
import { silentDefaults } from '../src/extension/annotations/silent-defaults.ts';
import { completionsAt } from '../src/extension/assist/completions.ts';
import { outlineOf } from '../src/extension/assist/outline.ts';
import { namedAt } from '../src/extension/assist/references.ts';
import { changesFor } from '../src/extension/hover/changes.ts';
import { optionAt } from '../src/extension/hover/option-at.ts';
import { optionMarkdown } from '../src/extension/hover/option-text.ts';
import { deviceAt, devicesOf } from '../src/extension/question/devices.ts';
import { Runs } from '../src/extension/runs.ts';
import { inSlices } from '../src/extension/slices.ts';
import { DEFAULT_FACTS } from '../src/facts/read-facts.ts';
import { resolveVersion, type Resolution } from '../src/resolve/resolve-file.ts';
import type { ResolvedFile } from '../src/resolve/resolved-file.ts';
import { edited, fileWithDevices, type Key } from './editor-files.mts';
import { markdownTable } from './table.mts';

/** Each question is timed so often and the best time is taken: the rest is what else the machine did. */
const REPEATS = 5;
const EDITS = 40;
const FACTS = DEFAULT_FACTS;

/** How long one question held up the host, in processor time of all threads: in all, and at most at a time. */
interface Held {
  readonly totalMs: number;
  readonly stretchMs: number;
}

/** What the editor asks of a file of 10 000 lines with 200 devices, by kind of file. */
export async function editor(): Promise<string> {
  const rows: string[][] = [];
  for (const kind of ['script, a machine', 'script, 50 machines', 'libvirt XML'] as const) {
    const { text, name } = fileWithDevices(kind);
    for (const [what, held] of await questions(text, name)) rows.push([`${kind}: ${what}`, ...columns(held)]);
  }
  return markdownTable(['editor, in ms', 'asked', 'median', 'p95', 'longest', 'longest at a time'], rows);
}

async function questions(text: string, name: string): Promise<[string, Held[]][]> {
  const version = read(text, name, null);
  const { file } = version;
  const resolution = runToEnd(resolveVersion(file, FACTS, null));
  const { resolved } = resolution;
  const places = devicesOf(resolved).flatMap(({ place }) => {
    const device = file.machines[place.machine]?.devices[place.device];
    return device?.properties.at(-1)?.value?.range.end ?? [];
  });
  const at = (ask: (place: (typeof places)[number]) => unknown) =>
    Promise.all(places.map(async (place) => await best(() => Promise.resolve(once(() => ask(place))))));
  const afterKeys = async (key: Key): Promise<[string, Held[]]> => {
    const held: Held[] = [];
    for (let i = 0; i < EDITS; i++) {
      const changed = edited(text, key, i / EDITS);
      held.push(await best(async () => await afterKey(changed, name, version, resolution)));
    }
    return [`diagnostics after a key (${KEYS[key]})`, held];
  };
  const page = { start: { line: 5_000, character: 0 }, end: { line: 5_060, character: 0 } };
  return [
    await afterKeys('note'),
    await afterKeys('device'),
    await afterKeys('return'),
    ['the same for the first time', [await best(async () => await afterKey(text, name, null, null))]],
    ['hover on an option', await hovers(file, resolved)],
    ['completion', await at((place) => completionsAt(file, place, FACTS))],
    ['definition', await at((place) => namedAt(file, place))],
    ['inlay hints of a page', [once(() => runToEnd(silentDefaults(file, resolved, FACTS, page)))]],
    ['outline', [await best(() => Promise.resolve(once(() => outlineOf(file, resolved))))]],
  ];
}

const KEYS: Readonly<Record<Key, string>> = {
  note: 'in a note',
  device: 'in a device',
  return: 'return in a note',
};

/** What a key costs before its problems are known: reading at a time, then resolving in slices. */
async function afterKey(
  text: string,
  name: string,
  before: LaunchFileVersion | null,
  resolution: Resolution | null,
): Promise<Held> {
  const version = read(text, name, before);
  const reading = once(() => read(text, name, before));
  const job = resolveVersion(
    version.file,
    FACTS,
    before && resolution ? { resolution, change: changeOf(before, version) } : null,
  );
  const { totalMs, stretchMs } = await inPieces(job);
  return { totalMs: reading.totalMs + totalMs, stretchMs: Math.max(reading.stretchMs, stretchMs) };
}

/** The runs that a hover needs are made the first time only, and the host takes its turn between them. */
async function hovers(file: LaunchFile, resolved: ResolvedFile): Promise<Held[]> {
  let ofRuns: number[] = [];
  const runs = new Runs({
    simulate: (request) => Promise.resolve(simulate(request)),
    measure: (request) => {
      const start = processorMs();
      const measured = measure(request);
      ofRuns.push(processorMs() - start);
      return Promise.resolve(measured);
    },
  });
  const held: Held[] = [];
  for (const { place } of devicesOf(resolved)) {
    const position = file.machines[place.machine]?.devices[place.device]?.properties[0]?.range.start;
    if (!position) continue;
    ofRuns = [];
    const start = processorMs();
    const option = optionAt(file, position);
    const found = deviceAt(resolved, position);
    if (!option || !found) continue;
    const now = await measureDevice(found, FACTS, runs);
    const scene = { file, facts: FACTS, runs, isOver: () => false };
    const lines = now && (await changesFor(scene, found, option, now));
    optionMarkdown(option.option, option.spelling, FACTS.host.qemu, lines?.join('\n'));
    const totalMs = processorMs() - start;
    const rest = totalMs - ofRuns.reduce((a, b) => a + b, 0);
    held.push({ totalMs, stretchMs: Math.max(rest, ...ofRuns) });
  }
  return held;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function read(text: string, name: string, before: LaunchFileVersion | null): LaunchFileVersion {
  const version = readVersion(text, name, before);
  if (!version.ok) throw new Error(version.error.message);
  return version.value;
}

async function best(ask: () => Promise<Held>): Promise<Held> {
  const all: Held[] = [];
  for (let i = 0; i < REPEATS; i++) all.push(await ask());
  return {
    totalMs: Math.min(...all.map(({ totalMs }) => totalMs)),
    stretchMs: Math.min(...all.map(({ stretchMs }) => stretchMs)),
  };
}

function once(ask: () => unknown): Held {
  const start = processorMs();
  ask();
  const totalMs = processorMs() - start;
  return { totalMs, stretchMs: totalMs };
}

/** Does a job as the extension does, and tells how long it went on between two pauses. */
async function inPieces(job: Steps<unknown>): Promise<Held> {
  const stretches: number[] = [];
  let start = processorMs();
  const isOver = (): boolean => {
    start = processorMs();
    return false;
  };
  await inSlices(job, isOver, () => {
    stretches.push(processorMs() - start);
    return Promise.resolve();
  });
  stretches.push(processorMs() - start);
  return { totalMs: stretches.reduce((a, b) => a + b, 0), stretchMs: Math.max(...stretches) };
}

function columns(held: readonly Held[]): string[] {
  const totals = held.map(({ totalMs }) => totalMs).sort((a, b) => a - b);
  const at = (share: number): number =>
    totals[Math.min(totals.length - 1, Math.floor(totals.length * share))] ?? NaN;
  const longest = Math.max(...held.map(({ stretchMs }) => stretchMs));
  return [String(held.length), ...[at(0.5), at(0.95), at(1), longest].map((ms) => ms.toFixed(1))];
}
