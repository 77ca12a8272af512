import type { PlaceChange } from '../base/place-change.ts';
import type { CommandOption, DeviceDescription, Property } from '../config/launch-file.ts';
import { isMovedFrom } from '../config/moved-machine.ts';
import type { Decision } from './decision.ts';
import { linkIndex, type LinkIndex } from './links.ts';
import type { Machine } from './machine.ts';
import { movedAnswer } from './moved-answer.ts';
import type { DeviceAnswer } from './resolve-device.ts';
import { all, SameDescription } from './same-description.ts';

/** What was found out about a machine in the version before. */
export interface MachineBefore {
  readonly machine: Machine;
  readonly answers: readonly DeviceAnswer[];
}

/**
 * For each device of a machine, those that short forms make and those by default last, the answer of the version before,
 * with its places as they are now, if nothing that it rests on is another: the device, what its properties name
 * (`netdev=n0`), and all of the machine that is neither a device nor something that devices name. Rules may look at nothing else, but whether the device itself is written.
 */
export function answersThatHold(
  before: MachineBefore,
  change: PlaceChange,
  machine: Machine,
  asked: readonly DeviceDescription[],
): (DeviceAnswer | undefined)[] {
  if (isMovedFrom(before.machine.vm, machine.vm)) return allMoved(before.answers, asked, change);
  const same = new SameDescription(change);
  if (!isSameAround(before.machine, machine, same, change)) return [];
  const links = new SameLinks(before.machine, machine, same);
  if (!links.all(before.machine.vm.globals.map(({ property }) => property))) return [];
  const writtenBefore = before.machine.vm.devices.length;
  const written = machine.vm.devices.length;
  return [
    ...partners(before.answers.slice(0, writtenBefore), asked.slice(0, written), same),
    ...partners(before.answers.slice(writtenBefore), asked.slice(written), same),
  ].map((answer) =>
    answer && isOfFamily(answer) && links.all(answer.asked.properties)
      ? movedAnswer(answer, change)
      : undefined,
  );
}

/** The answers about a machine of which nothing but the place is another. */
function allMoved(
  answers: readonly DeviceAnswer[],
  asked: readonly DeviceDescription[],
  change: PlaceChange,
): (DeviceAnswer | undefined)[] {
  return asked.map((device, i) => {
    const answer = answers[i];
    return answer && movedAnswer({ ...answer, asked: device }, change);
  });
}

/** What is said of the others is quickly found out, and may rest on all devices. */
function isOfFamily({ resolved }: DeviceAnswer): boolean {
  return resolved.note === null;
}

/** The answers to the first devices and to the last ones, up to the first difference from either end. */
function partners(
  answers: readonly DeviceAnswer[],
  asked: readonly DeviceDescription[],
  same: SameDescription,
): (DeviceAnswer | undefined)[] {
  const found = new Array<DeviceAnswer | undefined>(asked.length).fill(undefined);
  const most = Math.min(answers.length, asked.length);
  const take = (from: number, to: number): boolean => {
    const [answer, device] = [answers[from], asked[to]];
    if (!answer || !device || !same.device(answer.asked, device)) return false;
    found[to] = answer.asked === device ? answer : { ...answer, asked: device };
    return true;
  };
  let first = 0;
  while (first < most && take(first, first)) first += 1;
  let last = 1;
  while (first + last <= most && take(answers.length - last, asked.length - last)) last += 1;
  return found;
}

/** What devices name, and devices themselves: what of a command line concerns only some of its devices. */
const OF_SOME_DEVICES: ReadonlySet<string> = new Set([
  'device',
  ...['netdev', 'nic', 'net', 'chardev', 'drive', 'blockdev'],
]);

/** Whether what concerns all devices is the same. */
function isSameAround(a: Machine, b: Machine, same: SameDescription, change: PlaceChange): boolean {
  const [before, after] = [a.vm, b.vm];
  const forAll = (options: readonly CommandOption[]): CommandOption[] =>
    options.filter(({ name }) => !OF_SOME_DEVICES.has(name.text));
  const [incomplete, incompleteNow] = [linkIndex(before).incomplete, linkIndex(after).incomplete];
  return (
    before.target === after.target &&
    same.text(before.binary, after.binary) &&
    all(before.unknownArguments, after.unknownArguments, (one, other) => same.text(one, other)) &&
    all(before.accelerators, after.accelerators, (one, other) => same.properties(one, other)) &&
    same.properties(before.machine, after.machine) &&
    same.properties(before.cpu, after.cpu) &&
    same.properties(before.smp, after.smp) &&
    all(before.globals, after.globals, (one, other) => {
      return one.driver === other.driver && same.property(one.property, other.property);
    }) &&
    all(forAll(before.options), forAll(after.options), (one, other) => same.option(one, other)) &&
    incomplete.size === incompleteNow.size &&
    [...incomplete].every((name) => incompleteNow.has(name)) &&
    // These two look at devices, too.
    isSameDecision(a.architecture, b.architecture, change) &&
    isSameDecision(a.interruptRemapping, b.interruptRemapping, change)
  );
}

function isSameDecision(a: Decision<unknown>, b: Decision<unknown>, change: PlaceChange): boolean {
  return (
    a.value === b.value &&
    a.because === b.because &&
    a.given === b.given &&
    a.isDefault === b.isDefault &&
    a.source === b.source &&
    a.option === b.option &&
    (a.range === null || b.range === null ? a.range === b.range : change.leads(a.range, b.range))
  );
}

/** Whether properties name the same options as before, and those the same further ones. */
class SameLinks {
  readonly #before: LinkIndex;
  readonly #after: LinkIndex;
  readonly #same: SameDescription;

  constructor(before: Machine, after: Machine, same: SameDescription) {
    this.#before = linkIndex(before.vm);
    this.#after = linkIndex(after.vm);
    this.#same = same;
  }

  /** `depth` ends what names itself. */
  all(properties: readonly Property[], depth = 0): boolean {
    if (depth > DEEPEST_LINK) return false;
    return properties.every(({ value }) => value === null || this.#isSame(value.text, depth));
  }

  #isSame(id: string, depth: number): boolean {
    if (!this.#before.ids.has(id) && !this.#after.ids.has(id)) return true;
    for (const name of OF_SOME_DEVICES) {
      const before = this.#before.byName.get(name)?.get(id);
      const after = this.#after.byName.get(name)?.get(id);
      if (before === undefined && after === undefined) continue;
      if (!before || !after || !this.#same.option(before, after)) return false;
      // What it calls itself leads back to it.
      const others = before.properties.filter(({ value }) => value?.text !== id);
      if (!this.all(others, depth + 1)) return false;
    }
    return true;
  }
}

/** A device names a netdev, and that a chardev. */
const DEEPEST_LINK = 4;
