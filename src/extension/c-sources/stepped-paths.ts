import * as vscode from 'vscode';
import type { SimulationRequest } from '../../analysis/simulate.ts';
import { inAllReleases } from '../../catalog/code-places.ts';
import type { CodePlace } from '../../catalog/code-places.ts';
import type { LaunchFile } from '../../config/launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { ALL_PATHS } from '../../paths/all-paths.ts';
import type { SingleSubject } from '../../protocol/panel-state.ts';
import { openLaunchFiles } from '../devices/open-files.ts';
import { USUAL_INTERRUPTS } from '../panel/panel-model.ts';
import { devicesOf } from '../question/devices.ts';
import type { FoundDevice } from '../question/devices.ts';
import { mainLeg } from '../question/legs.ts';
import { questionFor } from '../question/question.ts';
import { subjectOf } from '../question/targets.ts';
import { keyOf } from '../runs.ts';
import type { Runs } from '../runs.ts';
import { stepsOfFunction } from './function-steps.ts';
import type { FunctionSteps } from './function-steps.ts';

/** A run that the panel can show: of a device of an open launch file, or of a path of the library. */
export interface SteppedPath {
  readonly subject: SingleSubject;
  readonly request: SimulationRequest;
  readonly facts: Facts;
  /** Null for a path of the library. */
  readonly device: { readonly file: LaunchFile; readonly found: FoundDevice } | null;
}

/** A function that is a step of a path. */
export interface FunctionInPath {
  readonly place: CodePlace;
  readonly path: SteppedPath;
}

/** By each name that a function had in some release: the paths it is a step of, those of open launch files first. */
export type FunctionIndex = ReadonlyMap<string, readonly FunctionInPath[]>;

/** Of more devices that differ the first ones are enough. */
const MOST_RUNS = 20;

/** Looks through short runs for what functions their steps are part of. A run that was made is not made again. */
export async function functionIndex(
  facts: Facts,
  runs: Runs,
  token: vscode.CancellationToken,
): Promise<FunctionIndex> {
  const index = new Map<string, FunctionInPath[]>();
  for (const path of await steppedPaths(facts)) {
    if (token.isCancellationRequested) return new Map();
    const functions = await runs.functions(path.request);
    for (const place of functions.ok ? functions.value : []) {
      for (const name of inAllReleases(place).names) {
        const known = index.get(name) ?? [];
        index.set(name, known);
        known.push({ place, path });
      }
    }
  }
  return index;
}

/** The steps of a function in a path, run as the panel runs it, so that both count the same; undefined if it has none. */
export async function stepsIn(
  { path, place }: FunctionInPath,
  runs: Runs,
): Promise<FunctionSteps | undefined> {
  const run = await runs.runBeside({ ...path.request, interrupts: USUAL_INTERRUPTS });
  return run.ok ? stepsOfFunction(run.value, place) : undefined;
}

async function steppedPaths(facts: Facts): Promise<SteppedPath[]> {
  const own = new Map<string, SteppedPath>();
  for (const { uri, file, resolved } of await openLaunchFiles(facts)) {
    for (const found of devicesOf(resolved)) {
      const main = mainLeg(found.device);
      for (const leg of found.device.legs) {
        const question = questionFor(found, facts, leg.leg);
        if (!question.ok || own.size >= MOST_RUNS) continue;
        const { request } = question.value;
        const key = keyOf(request);
        if (own.has(key)) continue;
        const asPath = leg === main ? null : leg.path;
        const subject = { ...subjectOf(vscode.Uri.parse(uri), found), asPath };
        own.set(key, { subject, request, facts, device: { file, found } });
      }
    }
  }
  const taken = new Set([...own.values()].map(({ request }) => request.path));
  const library = ALL_PATHS.map(({ info }) => info)
    .filter(({ id }) => !taken.has(id))
    .toSorted((a, b) => Number(b.status === 'current') - Number(a.status === 'current'))
    .map(({ id }) => ({
      subject: { kind: 'path', path: id } as const,
      request: { path: id, facts },
      facts,
      device: null,
    }));
  return [...own.values(), ...library];
}
