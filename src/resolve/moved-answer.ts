import type { PlaceChange } from '../base/place-change.ts';
import type { DeviceAnswer } from './resolve-device.ts';
import type { TextRange } from '../base/text-range.ts';
import type { ResolvedLeg } from './resolved-file.ts';

/** An answer with its places after a change; undefined if one of them was within what changed. */
export function movedAnswer(answer: DeviceAnswer, change: PlaceChange): DeviceAnswer | undefined {
  const { asked, resolved } = answer;
  const placed = movedTo(resolved, change);
  const legs = mapped(resolved.legs, (leg) => movedLeg(leg, change));
  const problems = mapped(answer.problems, (problem) => movedTo(problem, change));
  if (!placed || !legs || !problems) return undefined;
  if (placed === resolved && legs === resolved.legs && problems === answer.problems) return answer;
  return { asked, resolved: legs === resolved.legs ? placed : { ...placed, legs }, problems };
}

function movedLeg(leg: ResolvedLeg, change: PlaceChange): ResolvedLeg | undefined {
  const why = mapped(leg.why, (reason) => movedTo(reason, change));
  if (why === leg.why) return leg;
  return why && { ...leg, why };
}

function movedTo<T extends { readonly range: TextRange | null }>(one: T, change: PlaceChange): T | undefined {
  if (one.range === null) return one;
  const range = change.moved(one.range);
  if (range === one.range) return one;
  return range && { ...one, range };
}

/** Every item mapped; the same list if all stay what they are, undefined if one cannot be mapped. */
function mapped<T>(list: readonly T[], map: (item: T) => T | undefined): readonly T[] | undefined {
  let items: T[] | null = null;
  for (let i = 0; i < list.length; i++) {
    const item = list[i] as T;
    const other = map(item);
    if (other === undefined) return undefined;
    if (other !== item) items ??= list.slice(0, i);
    items?.push(other);
  }
  return items ?? list;
}
