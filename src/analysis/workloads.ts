import type { PathSettings } from '../paths/path.ts';

/** A named way of using a device: settings that a path's defaults are overlaid with. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly settings: PathSettings;
}

/** The workloads that `--workload` knows. */
export const WORKLOADS: readonly Workload[] = [
  { name: 'periodic', title: 'an interrupt every millisecond, guest idle between them', settings: {} },
  {
    name: 'sparse',
    title: 'an interrupt every half second, guest idle (as in the captured traces)',
    settings: { periodUs: 500_000 },
  },
  { name: 'busy', title: 'an interrupt every millisecond, guest computing', settings: { guest: 'busy' } },
  {
    name: 'disk',
    title: 'as many reads at once as the queue may have (32) on a fast disk, guest computing meanwhile',
    settings: { queueDepth: 32, periodUs: 2, serviceUs: 10, guest: 'busy' },
  },
  {
    name: 'request-response',
    title: 'one small request at a time, the next as soon as it is answered, and nothing else to do',
    settings: { queueDepth: 1, periodUs: 1, serviceUs: 1, guest: 'idle' },
  },
];

/** The workload of that name. */
export function findWorkload(name: string): Workload | undefined {
  return WORKLOADS.find((workload) => workload.name === name);
}
