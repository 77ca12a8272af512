import type { Leg } from '../../paths/path.ts';
import type { ResolvedDevice, ResolvedLeg } from '../../resolve/resolved-file.ts';

/**
 * The leg that a question about a device is about: the one that is asked for, else the first that can be run, else
 * the first.
 */
export function mainLeg({ legs }: Pick<ResolvedDevice, 'legs'>, leg?: Leg): ResolvedLeg | undefined {
  const wanted = leg === undefined ? undefined : legs.find((one) => one.leg === leg);
  return wanted ?? legs.find(({ canRun }) => canRun) ?? legs[0];
}

/** The paths of all legs in a line, e.g. `virtio/notify-ioeventfd + call-irqfd`; null if none has one. */
export function pathsText({ legs }: Pick<ResolvedDevice, 'legs'>): string | null {
  const paths = legs.flatMap(({ path }) => path ?? []);
  const [first, ...others] = paths;
  if (first === undefined) return null;
  const family = first.slice(0, first.indexOf('/') + 1);
  return [first, ...others.map((path) => (path.startsWith(family) ? path.slice(family.length) : path))].join(
    ' + ',
  );
}

/** The same without the family, which is the driver's: `notify-ioeventfd + call-irqfd`. */
export function shortPathsText(device: Pick<ResolvedDevice, 'legs'>): string | null {
  return pathsText(device)?.replace(/^.*?\//, '') ?? null;
}
