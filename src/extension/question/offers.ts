import { optionOfMachine } from '../../catalog/options.ts';
import type { Facts } from '../../facts/facts.ts';
import { ALL_PATHS, findPath } from '../../paths/all-paths.ts';
import type { OptionValues, SingleSubject, Subject } from '../../protocol/panel-state.ts';
import { familyOf } from '../../resolve/families.ts';
import { buildLimits } from '../../resolve/path-settings.ts';
import type { ResolvedDevice } from '../../resolve/resolved-file.ts';
import type { FinishedOffer } from '../panel/finished.ts';
import { deviceOptions } from '../what-if/device-options.ts';
import { inPath, machineValue } from '../what-if/situation.ts';
import type { Situation } from '../what-if/situation.ts';
import { alternative, otherValues } from './alternatives.ts';
import type { Alternative } from './alternatives.ts';
import { mainLeg } from './legs.ts';

/** A device, of a file or of the tree. */
type DeviceSubject = Exclude<SingleSubject, { kind: 'path' }>;

/** The options of a machine that send interrupts of its devices another way, with the values that are modelled. */
const OF_MACHINE = { 'gic-version': ['2', '3'], 'kernel-irqchip': ['on', 'split', 'off'] } as const;

/**
 * What the run of a device can be compared with: where another value of an option would send it, its other legs, and
 * the other paths of its family, as if it took them. Only what can be run; each path once. With several, all at once.
 */
export function offersForDevice(
  subject: DeviceSubject,
  situation: Situation,
  path: string,
  facts: Facts,
): FinishedOffer[] {
  const known = new Set([path]);
  const offers = [
    ...byOption(subject, situation, facts),
    ...byLeg(subject, situation, facts),
    ...byRule(subject, situation, facts),
  ].filter((offer) => {
    const isNew = !known.has(offer.path);
    known.add(offer.path);
    return isNew;
  });
  return together(subject, offers);
}

/** What a path of the library can be compared with: those of its family that the same leg can take. */
export function offersForPath(path: string, facts: Facts): FinishedOffer[] {
  const info = findPath(path)?.info;
  const family = path.slice(0, path.indexOf('/') + 1);
  const others = ALL_PATHS.filter(
    ({ info: { id, leg } }) => id !== path && id.startsWith(family) && leg === info?.leg,
  );
  const runnable = others.filter(({ info: { id } }) => buildLimits(id, {}, facts) === null);
  const subject = { kind: 'path', path } as const;
  return together(
    subject,
    runnable.map(({ info: { id, selectedBy } }) => ({
      title: '',
      path: id,
      detail: selectedBy.join(', '),
      member: { kind: 'path', path: id },
    })),
  );
}

/** What can be shown of a device whose path depends on what its file does not say: each of the cases. */
export function offersOfCases(subject: DeviceSubject, device: ResolvedDevice, facts: Facts): FinishedOffer[] {
  const leg = mainLeg(device);
  return (leg?.alternatives ?? []).flatMap(({ path, when }) =>
    leg && path !== null && buildLimits(path, leg.settings, facts) === null
      ? [{ title: when, path, detail: '', subject: { ...subject, asPath: path } }]
      : [],
  );
}

/** An offer whose comparison is still to be made: with this member. */
interface Candidate extends Omit<FinishedOffer, 'subject'> {
  readonly member: SingleSubject;
}

function together(subject: SingleSubject, candidates: readonly Candidate[]): FinishedOffer[] {
  const compared = (members: readonly SingleSubject[]): Subject => ({
    kind: 'comparison',
    members: [subject, ...members],
  });
  const offers = candidates.map(({ member, ...offer }) => ({ ...offer, subject: compared([member]) }));
  if (offers.length < 2) return offers;
  const all = compared(candidates.map(({ member }) => member));
  const detail = 'one table with a column for each';
  return [...offers, { title: 'All of these', path: '', detail, subject: all }];
}

function byOption(subject: DeviceSubject, situation: Situation, facts: Facts): Candidate[] {
  const { file, found } = situation;
  const own = deviceOptions(file, found.place, facts).flatMap(({ option, value }) =>
    value === null || option.type.kind === 'integer'
      ? []
      : otherValues(option, value).map((other) => ({ option, value, other })),
  );
  const ofMachine = Object.entries(OF_MACHINE).flatMap(([name, values]) => {
    const option = optionOfMachine(name);
    const value = machineValue(found.machine, name);
    if (!option || value === undefined) return [];
    return values.filter((other) => other !== value).map((other) => ({ option, value, other }));
  });
  return [...own, ...ofMachine].flatMap((change) => {
    const there = alternative(file, found, facts, change);
    return there?.question.ok === true
      ? [candidateOf(subject, there, there.question.value.request.path)]
      : [];
  });
}

function candidateOf(subject: DeviceSubject, { option, other }: Alternative, path: string): Candidate {
  const options: OptionValues = { ...subject.options, [option.name]: other };
  return {
    title: `${option.name}=${other}`,
    path,
    detail: option.owner === 'device' ? '' : 'an option of the machine',
    member: { ...subject, asPath: null, options },
  };
}

function byLeg(subject: DeviceSubject, { found }: Situation, facts: Facts): Candidate[] {
  const main = mainLeg(found.device);
  return found.device.legs.flatMap((leg) =>
    leg === main || leg.path === null || buildLimits(leg.path, leg.settings, facts) !== null
      ? []
      : [
          {
            title: `its ${leg.leg}`,
            path: leg.path,
            detail: 'the other leg of this device',
            member: { ...subject, asPath: leg.path },
          },
        ],
  );
}

function byRule(subject: DeviceSubject, situation: Situation, facts: Facts): Candidate[] {
  const { device } = situation.found;
  const main = mainLeg(device);
  const rules = familyOf(device.driver)?.legs.find(({ leg }) => leg === main?.leg);
  return (rules?.candidates ?? []).flatMap(({ path }) => {
    const question = inPath(situation, path, facts);
    if (!question.ok || buildLimits(path, question.value.request.settings ?? {}, facts) !== null) return [];
    const because = main?.rejected.find((one) => one.path === path)?.because;
    return [
      {
        title: 'as if it took',
        path,
        detail: because === undefined ? '' : `not taken: ${because}`,
        member: { ...subject, asPath: path },
      },
    ];
  });
}
