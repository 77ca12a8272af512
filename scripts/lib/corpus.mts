import { fail, ok } from '../../src/base/result.ts';
import type { Result } from '../../src/base/result.ts';
import { readLaunchFile } from '../../src/config/read-launch-file.ts';
import { readFacts } from '../../src/facts/read-facts.ts';
import { resolveFile } from '../../src/resolve/resolve-file.ts';
import type { ResolvedDevice, ResolvedMachine } from '../../src/resolve/resolved-file.ts';

/** What is said about a device: `nothing` would be a hole. */
export type Answer =
  'with a path' | 'with cases' | 'refused' | 'without interrupts' | 'not modelled' | 'nothing';

/** The machines of a text, resolved under the default assumptions. */
export function readMachines(text: string, name: string): Result<readonly ResolvedMachine[]> {
  const facts = readFacts(undefined, undefined);
  const file = readLaunchFile(text, name);
  if (!facts.ok) return facts;
  if (!file.ok) return fail(file.error.message);
  return ok(resolveFile(file.value, facts.value).machines);
}

/** The drivers of devices that are said not to be modelled, one for each. */
export function notModelled(machines: readonly ResolvedMachine[]): string[] {
  return machines
    .flatMap(({ devices }) => devices)
    .flatMap((device) => (answerOf(device) === 'not modelled' ? [device.driver] : []));
}

/** What is said about each device. */
export function answersOf(machines: readonly ResolvedMachine[]): Answer[] {
  return machines.flatMap(({ devices }) => devices.map(answerOf));
}

function answerOf({ legs, note }: ResolvedDevice): Answer {
  if (legs.length === 0) {
    if (note === null) return 'nothing';
    return note.endsWith('is not modelled yet') ? 'not modelled' : 'without interrupts';
  }
  if (legs.every(({ path }) => path !== null)) return 'with a path';
  if (legs.some(({ path, alternatives }) => path === null && alternatives.length > 0)) return 'with cases';
  return legs.every(({ why, rejected }) => why.length + rejected.length > 0) ? 'refused' : 'nothing';
}

/**
 * How the machine of a domain's XML differs from that of the command line that libvirt makes of it: as they are, and
 * both with KVM, since most of libvirt's own examples go without, where nothing has a path. Two things are made equal
 * first: libvirt's tests pretend to open vhost without KVM, and what `host-model` means depends on the host. Which
 * controller a disk is on is not compared: XML may leave that to libvirt.
 */
export function comparePair(xml: string, args: string): string[] {
  const isKvm = xml.includes("<domain type='kvm'");
  const plain = isKvm ? args : args.replaceAll(/"vhost":true,("vhostfds?":"[^"]*",)?/g, '');
  const found = difference(xml, plain);
  if (isKvm || xml.includes("mode='host-model'")) return found;
  const both = difference(
    xml.replace("<domain type='qemu'", "<domain type='kvm'"),
    args.replace('-accel tcg', '-accel kvm'),
  );
  return [...found, ...both.map((line) => `with KVM: ${line}`)];
}

function difference(xml: string, args: string): string[] {
  const [left, right] = [readMachines(xml, 'vm.xml'), readMachines(args, 'vm.args')];
  const [domain, command] = [left.ok ? left.value[0] : undefined, right.ok ? right.value[0] : undefined];
  if (domain === undefined || command === undefined) return ['one of both has no machine'];
  const lines: string[] = [];
  const machine = ({ accelerator, architecture, irqchip, gicVersion }: ResolvedMachine): string =>
    JSON.stringify([accelerator, architecture, irqchip, gicVersion]);
  if (machine(domain) !== machine(command)) {
    lines.push(`the machine is ${machine(domain)}, libvirt's ${machine(command)}`);
  }
  const [ours, theirs] = [byId(domain), byId(command)];
  for (const id of new Set([...ours.keys(), ...theirs.keys()])) {
    const [our, their] = [ours.get(id) ?? 'missing', theirs.get(id) ?? 'missing'];
    if (our !== their) lines.push(`${id} is ${our}, libvirt's ${their}`);
  }
  return lines;
}

/** All that is said about each device, but for its place. */
function byId({ devices }: ResolvedMachine): Map<string, string> {
  return new Map(
    devices.map(({ id, driver, note, legs }) => [
      id,
      JSON.stringify([
        driver,
        note?.replace(/those of .* tell/, 'those of its controller tell') ?? null,
        legs.map(({ leg, path, alternatives, settings, canRun }) => [
          leg,
          path,
          alternatives,
          settings,
          canRun,
        ]),
      ]),
    ]),
  );
}
