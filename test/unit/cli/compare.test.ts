import { describe, expect, it } from 'vitest';
import { WITHOUT_JITTER } from '../../../src/analysis/cost-text.ts';
import type { Simulation } from '../../../src/analysis/simulation.ts';
import type { ComparedRun } from '../../../src/cli/comparison.ts';
import { findPath } from '../../../src/paths/all-paths.ts';
import { FORWARDED, IRQFD, USERSPACE } from '../../support/runs.ts';
import { irqpath, irqpathJson } from './irqpath.ts';

const FILES = {
  'off.sh': '-device vfio-platform,host=a,x-irqfd=off,mmap-timeout-ms=110',
  'irqfd.sh': '-device vfio-platform,host=a,mmap-timeout-ms=110',
};
const BOTH = ['--paths', `${USERSPACE},${IRQFD}`];

async function compare(args: readonly string[]): Promise<ComparedRun[]> {
  return (await irqpathJson(['compare', ...args], FILES)) as ComparedRun[];
}

describe('irqpath compare', () => {
  it('runs each path as simulate does without jitter, and gives the difference to the first', async () => {
    const args = ['--irqs', '20', '--seed', '5', '--workload', 'sparse'];
    const quiet = ['--set', 'jitterPercent=0', '--set', 'wakeJitterPercent=0'];
    const runs = await compare([...BOTH, ...args]);
    expect(runs.map(({ path }) => path)).toEqual([USERSPACE, IRQFD]);
    const [first, second] = runs;
    for (const run of runs) {
      const alone = await irqpathJson(['simulate', '--path', run.path, ...args, ...quiet]);
      const {
        steps: _steps,
        shapes: _shapes,
        withoutJitter: _same,
        ...measured
      } = alone as Simulation & {
        withoutJitter: unknown;
      };
      expect(run).toMatchObject(measured);
      expect(run).not.toHaveProperty('steps');
    }
    expect(first?.delta).toEqual({ exits: 0, latencyNs: 0 });
    const exits = (run: ComparedRun | undefined): number => run?.summary.exitsPerInterrupt ?? NaN;
    expect(second?.delta.exits).toBe(exits(second) - exits(first));
    expect(second?.delta.exits).toBeLessThan(0);
    const swapped = await compare(['--paths', `${IRQFD},${USERSPACE}`, ...args]);
    expect(swapped[1]?.delta.exits).toBe(-(second?.delta.exits ?? NaN));
  });

  it('says never of what does not happen, and the same settings once', async () => {
    const { out } = await irqpath([
      'compare',
      '--paths',
      'vfio-pci/intx-irqfd,irqfd/level-pulse',
      '--irqs',
      '2',
    ]);
    expect(out).toMatch(/^completion, median +[\d.]+ µs +never$/m);
    const asked = ['compare', ...BOTH, '--irqs', '2', '--set', 'accesses=3'];
    expect((await irqpath(asked)).out).toMatch(/^settings accesses=3$/m);
  });

  it('compares the path of a device with those that it does not take, which are built', async () => {
    const resolved = (await irqpathJson(['resolve', 'off.sh'], FILES)) as {
      machines: { devices: { legs: { rejected: { path: string }[] }[] }[] }[];
    };
    const rejected = resolved.machines[0]?.devices[0]?.legs[0]?.rejected.map(({ path }) => path) ?? [];
    const built = [...new Set(rejected)].filter((path) => findPath(path) !== undefined);
    const runs = await compare(['off.sh', '--irqs', '3']);
    expect(runs.map(({ path }) => path)).toEqual([USERSPACE, ...built]);
    expect(built).toContain(IRQFD);
    const { out } = await irqpath(['compare', 'off.sh', '--irqs', '3'], FILES);
    expect(out).toContain(`vfio-platform at off.sh:1:1 takes ${USERSPACE}`);
    expect(out).toContain(`× not ${IRQFD}: x-irqfd is off`);
  });

  it('takes jitter where it is asked for, and says so', async () => {
    const jitter = [...BOTH, '--irqs', '20', '--set', 'wakeJitterPercent=40'];
    expect((await irqpath(['compare', ...jitter])).out).toContain(' · wakeJitterPercent=40');
    expect((await irqpath(['compare', ...BOTH, '--irqs', '20'])).out).toContain(' · without jitter');
    const p50 = async (args: readonly string[]) => (await compare(args))[0]?.summary.latencyNs.p50;
    expect(await p50(jitter)).not.toBe(await p50([...BOTH, '--irqs', '20']));
  });

  it('compares counts only between the paths of two platforms', async () => {
    const paths = ['--paths', `${IRQFD},vfio-pci/intx-irqfd`, '--irqs', '20'];
    const [first, second] = await compare(paths);
    expect(second?.profile).not.toBe(first?.profile);
    expect(second?.delta.latencyNs).toBeNull();
    const { out } = await irqpath(['compare', ...paths]);
    expect(out).toContain('only counts can be compared');
    expect(out).not.toMatch(/ latency per interrupt/);
  });

  it('leaves out a path that this host cannot run at all, and says why', async () => {
    const args = ['irqfd.sh', '--irqs', '3', '--host', 'gicEoiMode=0'];
    const paths = (await compare(args)).map(({ path }) => path);
    expect(paths).toContain(USERSPACE);
    expect(paths).not.toContain(FORWARDED);
    const { out } = await irqpath(['compare', ...args], FILES);
    expect(out).toContain(`${FORWARDED} is left out: forwarding needs gicEoiMode=1`);
  });

  it('runs a path that the device does not take with what the file says for it', async () => {
    const runs = await compare(['irqfd.sh', '--irqs', '3']);
    expect(runs[0]).toMatchObject({ path: IRQFD, settings: { ...WITHOUT_JITTER } });
    expect(runs.find(({ path }) => path === USERSPACE)).toMatchObject({ settings: { mmapTimeoutMs: 110 } });
  });

  it('gives a setting or a bug to the paths that have it, and refuses what none has', async () => {
    const runs = await compare([
      ...BOTH,
      '--irqs',
      '5',
      '--set',
      'mmapTimeoutMs=0',
      '--bug',
      'early-eoi=off',
    ]);
    expect(runs.map(({ settings }) => settings)).toEqual([
      { ...WITHOUT_JITTER, mmapTimeoutMs: 0 },
      { ...WITHOUT_JITTER },
    ]);
    expect(runs[0]?.summary.spuriousPerInterrupt).toBe(0);
    for (const [option, message] of [
      ['--set', /no setting "x"/],
      ['--bug', /there is no bug "x"/],
    ] as const) {
      const { status, out, err } = await irqpath(['compare', ...BOTH, option, 'x=on']);
      expect({ status, out }).toEqual({ status: 2, out: '' });
      expect(err).toMatch(message);
    }
  });

  it('shows people the difference in words and the numbers side by side, within 100 columns', async () => {
    const { status, out } = await irqpath(['compare', ...BOTH, '--irqs', '10']);
    expect(status).toBe(0);
    expect(out).toMatch(/^vfio-platform\/irqfd instead of vfio-platform\/userspace: −\S+ exits/);
    expect(out).toMatch(/^per interrupt +vfio-platform\/userspace +vfio-platform\/irqfd$/m);
    const [first, second] = await compare([...BOTH, '--irqs', '10']);
    const exits = out
      .split('\n')
      .find((line) => line.startsWith('exits'))
      ?.split(/ {2,}/);
    expect(exits?.slice(1).map(Number)).toEqual(
      [first, second].map((run) => Number(run?.summary.exitsPerInterrupt.toPrecision(3))),
    );
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
});
