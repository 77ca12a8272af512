import { setImmediate } from 'node:timers/promises';
import type { Result } from '../src/base/result.ts';
import { runToEnd } from '../src/base/steps.ts';
import type { Steps } from '../src/base/steps.ts';
import {
  changeOf,
  readVersion,
  readVersionBySteps,
  type LaunchFileVersion,
} from '../src/config/read-launch-file.ts';
import type { LaunchFile } from '../src/config/launch-file.ts';
import { measureBySteps, simulateBySteps } from '../src/analysis/simulate.ts';
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
import { inSlices, jobsInTurn } from '../src/extension/slices.ts';
import { DEFAULT_FACTS } from '../src/facts/read-facts.ts';
import { resolveVersion, type Resolution } from '../src/resolve/resolve-file.ts';
import type { ResolvedFile } from '../src/resolve/resolved-file.ts';
import { edited, fileWithDevices, type Key } from './editor-files.mts';
import { markdownTable } from './table.mts';

/** Each question is timed so often and the best time is taken: the rest is what else the machine did. */
const REPEATS = 5;
const EDITS = 100;
const FACTS = DEFAULT_FACTS;

/** How long one question held up the host's thread, by the clock: in all, and at most at a time. */
interface Held {
  readonly totalMs: number;
  readonly stretchMs: number;
  /** Processor time of all threads, those that compile and collect garbage beside the host's among them. */
  readonly processorMs: number;
}

/** What the editor asks of a file of 10 000 lines with 200 devices, by kind of file. */
export async function editor(): Promise<string> {
  const rows: string[][] = [];
  for (const kind of ['script, a machine', 'script, 50 machines', 'libvirt XML'] as const) {
    const { text, name } = fileWithDevices(kind);
    for (const [what, held] of await questions(text, name)) rows.push([`${kind}: ${what}`, ...columns(held)]);
  }
  return markdownTable(
    ['editor, in ms', 'asked', 'median', 'p95', 'longest', 'longest at a time', 'processor, median'],
    rows,
  );
}

async function questions(text: string, name: string): Promise<[string, Held[]][]> {
  const version = unwrapped(readVersion(text, name, null));
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
      held.push(await best(async () => await afterKey(changed, name, { version, resolution })));
    }
    return [`diagnostics after a key (${KEYS[key]})`, held];
  };
  const page = { start: { line: 5_000, character: 0 }, end: { line: 5_060, character: 0 } };
  return [
    await afterKeys('note'),
    await afterKeys('device'),
    await afterKeys('return'),
    ['the same for the first time', [await best(async () => await afterKey(text, name, null))]],
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

/** What a key costs before its problems are known. */
async function afterKey(text: string, name: string, before: Before | null): Promise<Held> {
  function* job(): Steps<Before> {
    const read = yield* readVersionBySteps(text, name, before?.version ?? null);
    const now = unwrapped(read);
    const known = before && {
      resolution: before.resolution,
      change: changeOf(before.version, now),
    };
    return { version: now, resolution: yield* resolveVersion(now.file, FACTS, known) };
  }
  return await inPieces(job());
}

/** A version of a file, read and resolved. */
interface Before {
  readonly version: LaunchFileVersion;
  readonly resolution: Resolution;
}

/** The runs that a hover needs are made the first time only, and the host takes its turn in between. */
async function hovers(file: LaunchFile, resolved: ResolvedFile): Promise<Held[]> {
  const watch = new Watch();
  const inTurn = jobsInTurn(async () => {
    watch.pause();
    await setImmediate();
    watch.goOn();
  });
  const runs = new Runs({
    simulate: (request) => inTurn(simulateBySteps(request)),
    measure: (request) => inTurn(measureBySteps(request)),
  });
  const held: Held[] = [];
  for (const { place } of devicesOf(resolved)) {
    const position = file.machines[place.machine]?.devices[place.device]?.properties[0]?.range.start;
    if (!position) continue;
    watch.goOn();
    const option = optionAt(file, position);
    const found = deviceAt(resolved, position);
    if (!option || !found) continue;
    const now = await measureDevice(found, FACTS, runs);
    const scene = { file, facts: FACTS, runs, isOver: () => false };
    const lines = now && (await changesFor(scene, found, option, now));
    optionMarkdown(option.option, option.spelling, FACTS.host.qemu, lines?.join('\n'));
    watch.pause();
    held.push(watch.taken());
  }
  return held;
}

/** Adds up what a job held the host up between its pauses. */
class Watch {
  #stretches: number[] = [];
  #processorMs = 0;
  #start = now();

  goOn(): void {
    this.#start = now();
  }

  pause(): void {
    const { hostMs, processorMs } = now();
    this.#stretches.push(hostMs - this.#start.hostMs);
    this.#processorMs += processorMs - this.#start.processorMs;
  }

  /** What there was since it was asked last. */
  taken(): Held {
    const stretches = this.#stretches;
    const processorMs = this.#processorMs;
    this.#stretches = [];
    this.#processorMs = 0;
    return { totalMs: stretches.reduce((a, b) => a + b, 0), stretchMs: Math.max(...stretches), processorMs };
  }
}

function now(): { readonly hostMs: number; readonly processorMs: number } {
  const { user, system } = process.cpuUsage();
  return { hostMs: performance.now(), processorMs: (user + system) / 1000 };
}

function unwrapped<T>(result: Result<T, { readonly message: string }>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

async function best(ask: () => Promise<Held>): Promise<Held> {
  const all: Held[] = [];
  for (let i = 0; i < REPEATS; i++) all.push(await ask());
  return {
    totalMs: Math.min(...all.map(({ totalMs }) => totalMs)),
    stretchMs: Math.min(...all.map(({ stretchMs }) => stretchMs)),
    processorMs: Math.min(...all.map(({ processorMs }) => processorMs)),
  };
}

function once(ask: () => unknown): Held {
  const watch = new Watch();
  watch.goOn();
  ask();
  watch.pause();
  return watch.taken();
}

/** Does a job as the extension does, and tells how long it went on between two pauses. */
async function inPieces(job: Steps<unknown>): Promise<Held> {
  const watch = new Watch();
  const isOver = (): boolean => {
    watch.goOn();
    return false;
  };
  watch.goOn();
  await inSlices(job, isOver, () => {
    watch.pause();
    return Promise.resolve();
  });
  watch.pause();
  return watch.taken();
}

function columns(held: readonly Held[]): string[] {
  const totals = held.map(({ totalMs }) => totalMs);
  const longest = Math.max(...held.map(({ stretchMs }) => stretchMs));
  const processor = quantile(
    held.map(({ processorMs }) => processorMs),
    0.5,
  );
  const times = [quantile(totals, 0.5), quantile(totals, 0.95), quantile(totals, 1), longest, processor];
  return [String(held.length), ...times.map((ms) => ms.toFixed(1))];
}

function quantile(list: readonly number[], share: number): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
