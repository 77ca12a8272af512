import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { devicesOfQemu } from '../../../scripts/lib/qemu-devices.mts';
import { familyOf } from '../../../src/resolve/families.ts';
import { resolveMachine } from './resolve.ts';

/** The modelled devices of a machine, written or by default, as the resolver finds them. */
function found(commandLine: string, host?: string): string[] {
  const { devices, defaultDevices } = resolveMachine(commandLine, host);
  const drivers = [...devices, ...defaultDevices].map(({ driver }) => driver);
  return drivers.filter((driver) => familyOf(driver)).toSorted();
}

/** Command lines with the devices that a release of QEMU was seen to have. */
function recorded(release: string): readonly (readonly [commandLine: string, drivers: string[]])[] {
  const url = new URL(`../../fixtures/default-devices/${release}.txt`, import.meta.url);
  const parts = readFileSync(url, 'utf8').split(/^\$ /m).slice(1);
  return parts.map((part) => {
    const [commandLine = '', drivers = ''] = part.split('\n');
    return [commandLine, drivers.split(' ').filter((driver) => driver !== '')];
  });
}

/** Those that name a machine and nothing more than that they want no defaults. */
const PLAIN = recorded('10.0').filter(([commandLine]) => /-M [a-z0-9]+(?: -nodefaults)?$/.test(commandLine));

describe.each(['7.2', '10.0'])('the devices that QEMU %s makes', (release) => {
  it.each(recorded(release))('%s', (commandLine, drivers) => {
    expect(found(commandLine, `qemu=${release}`)).toEqual(drivers);
  });
});

describe('the QEMU of this machine, where it is installed', () => {
  it.for(PLAIN)('%s', { timeout: 60_000 }, async ([commandLine], context) => {
    const [program = '', ...args] = commandLine.split(' ');
    const devices = await devicesOfQemu(program, args);
    if (devices === undefined) context.skip(`${program} is not installed`);
    expect(found(commandLine)).toEqual(devices);
  });
});
