import { groupBy } from '../base/group-by.ts';
import type { ResolvedDevice, ResolvedFile, ResolvedLeg, ResolvedMachine } from '../resolve/resolved-file.ts';
import { byDefaultText } from '../resolve/by-default-text.ts';
import { factsText } from './facts-text.ts';
import { wrap } from './text.ts';

/** What `irqpath resolve` prints for people. */
export function resolvedText(file: ResolvedFile): string {
  const machines = file.machines.flatMap((machine) => [...machineText(machine, file.file), '']);
  return `${[...machines, ...factsText(file.facts)].join('\n')}\n`;
}

function machineText(machine: ResolvedMachine, file: string): string[] {
  const about = [
    machine.accelerator === null ? 'accelerator not known' : machine.accelerator.toUpperCase(),
    ...(machine.architecture === null ? [] : [machine.architecture]),
    ...(machine.irqchip === null ? [] : [`irqchip ${machine.irqchip}`]),
    ...(machine.gicVersion === null ? [] : [`GICv${machine.gicVersion}`]),
  ].join(' · ');
  const place = `${file === '-' ? '<stdin>' : file}:${machine.range.start.line + 1}`;
  const devices = machine.devices.flatMap(deviceText);
  return [
    `${place} · ${about}`,
    ...(devices.length === 0 ? ['  no -device'] : devices),
    ...defaultsText(machine.defaultDevices),
  ];
}

/** In a line each: what decides for them is what decides for devices that are written. */
function defaultsText(devices: readonly ResolvedDevice[]): string[] {
  if (devices.length === 0) return [];
  return ['  by default, not in the file:', ...devices.flatMap(defaultText)];
}

function defaultText({ id, legs, note, byDefault }: ResolvedDevice): string[] {
  const paths = legs.map(({ leg, path, alternatives }) => {
    return `${leg} ${path ?? (alternatives.length > 0 ? 'it depends' : 'none')}`;
  });
  return [
    ...wrap(`${id}: ${note ?? paths.join(', ')}`, '    ', '      '),
    ...(byDefault === undefined ? [] : wrap(byDefaultText(byDefault), '      · ')),
  ];
}

function deviceText(device: ResolvedDevice): string[] {
  const name = device.id === device.driver ? device.id : `${device.id} (${device.driver})`;
  const queues =
    device.queuesInUse === undefined ? '' : `, ${queuesText(device.driver, device.queuesInUse)} in use`;
  const head = `  ${name}, line ${device.range.start.line + 1}${queues}`;
  if (device.note !== null) return wrap(`${head.trim()}: ${device.note}`, '  ', '    ');
  return [head, ...device.legs.flatMap(legText)];
}

/** `4 queues`; the cards have them in pairs. */
export function queuesText(driver: string, queues: number): string {
  return `${queues} ${driver.startsWith('virtio-net') ? 'pairs of queues' : 'queues'}`;
}

/** A leg with its reasons, each said once; used by `simulate` too. */
export function legText(leg: ResolvedLeg): string[] {
  return [
    `    ${leg.leg}: ${leg.path ?? (leg.alternatives.length > 0 ? 'it depends' : 'none')}`,
    ...(leg.note === null ? [] : wrap(leg.note, '      note: ', '        ')),
    ...leg.alternatives.flatMap(({ path, when }) =>
      wrap(`${path ?? 'no path'} when ${when}`, '      or  ', '          '),
    ),
    ...[...new Set(leg.why.map(({ because }) => because))].flatMap((because) => wrap(because, '      · ')),
    ...[...groupBy(leg.rejected, ({ because }) => because)].flatMap(([because, rejected]) =>
      wrap(`not ${[...new Set(rejected.map(({ path }) => path))].join(', ')}: ${because}`, '      × '),
    ),
  ];
}
