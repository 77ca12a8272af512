import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addedFrom } from '../../../src/extension/what-if/added-device.ts';
import { deviceKey, DeviceStore, placeOfKey } from '../../../src/extension/what-if/device-store.ts';
import { readDevices, writeDevices } from '../../../src/extension/what-if/exchange.ts';
import { PRESETS } from '../../../src/extension/what-if/presets.ts';
import { unwrap } from '../../support/unwrap.ts';

const WHAT_IF = { file: 'vm.sh', machine: 1, device: 'net0', options: { 'x-irqfd': 'on' } };

/** The error of a file with one added device in which something is other. */
function complaint(part: object): string {
  const device = { id: 'a', driver: 'vfio-pci', options: { 'x-no-kvm-intx': 'on' }, ...part };
  const read = readDevices(JSON.stringify({ irqPathDevices: 1, added: [device] }));
  return read.ok ? '' : read.error;
}

describe('a file of devices', () => {
  it('holds every preset and what-if, and is read as it was written', () => {
    const content = { added: PRESETS.map(addedFrom), whatIfs: [WHAT_IF] };
    expect(unwrap(readDevices(writeDevices(content)))).toEqual(content);
  });

  it('may hold devices only, or what-ifs only', () => {
    expect(unwrap(readDevices('{"irqPathDevices": 1}'))).toEqual({ added: [], whatIfs: [] });
    const only = JSON.stringify({ irqPathDevices: 1, whatIfs: [WHAT_IF] });
    expect(unwrap(readDevices(only)).whatIfs).toEqual([WHAT_IF]);
  });

  it.each([
    ['', '1:1: this is not JSON: ValueExpected'],
    ['{"irqPathDevices": 1,\n  "added": [}', '2:13: this is not JSON: '],
    ['[]', '1:1: the file: expected an object'],
    ['{"irqPathDevices": 1,\n "irqPathDevices": 1}', '2:2: irqPathDevices: expected it once'],
    ['{}', '1:1: irqPathDevices: expected it to be there'],
    ['{"irqPathDevices": 2}', '1:20: irqPathDevices: expected the number 1'],
    ['{"irqPathDevices": 1,\n "added": 3}', '2:11: added: expected a list'],
    ['{"irqPathDevices": 1, "add": []}', '1:23: add: expected one of irqPathDevices, added, whatIfs'],
    [
      '{"irqPathDevices": 1,\n "whatIfs": [{"file": "a", "machine": -1, "device": "b", "options": {}}]}',
      '2:39: whatIfs[0].machine: expected a whole number from 0 on',
    ],
  ])('%s: is refused with the place of the mistake and what was expected', (text, error) => {
    const read = readDevices(text);
    expect(read.ok ? '' : read.error).toContain(error);
  });

  it('refuses devices, values and facts that QEMU or the model does not have', () => {
    expect(complaint({})).toBe('');
    expect(complaint({ driver: 'vfio-pcj' })).toMatch(
      /added\[0\]\.driver: expected the name of a device of QEMU/,
    );
    expect(complaint({ options: { 'x-no-kvm-intx': 'maybe' } })).toMatch(
      /added\[0\]\.options\.x-no-kvm-intx: expected on or off/,
    );
    expect(complaint({ options: { 'x-intx-mmap-timeout-ms': '-3' } })).toMatch(/a whole number from 0/);
    expect(complaint({ options: { 'x-no-kvm-intx': true } })).toMatch(/expected the value as text/);
    expect(complaint({ facts: { 'guest.msi': 'perhaps' } })).toMatch(/facts\.guest\.msi: expected on or off/);
    expect(complaint({ facts: { 'guest.mood': 'on' } })).toMatch(
      /facts\.guest\.mood: expected one of host\.qemu/,
    );
    expect(complaint({ settings: { intxMask: null } })).toMatch(/expected a text or a number/);
  });

  it('never throws, whatever is in it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const read = readDevices(text);
        expect(read.ok || /^\d+:\d+: /.test(read.error)).toBe(true);
      }),
    );
  });
});

describe('the schema that VS Code checks such files against', () => {
  interface Schema {
    readonly required?: readonly string[];
    readonly properties: Readonly<Record<string, { readonly items?: Schema }>>;
  }
  const schema = JSON.parse(readFileSync('media/devices-file.schema.json', 'utf8')) as Schema;

  /** The members that the reader says it knows, and those that it misses in an empty object. */
  function known(around: (member: object) => object): { names: string[]; needed: string[] } {
    const complain = (member: object): string => {
      const read = readDevices(JSON.stringify(around(member)));
      return read.ok ? '' : read.error;
    };
    const names = /expected one of (.*)$/.exec(complain({ nonsense: 1 }))?.[1]?.split(', ') ?? [];
    const [, path = '', ...others] = /^\d+:\d+: (\S+): expected it to be there/.exec(complain({})) ?? [];
    return { names, needed: [path.replace(/^.*\./, ''), ...others] };
  }

  it.each([
    ['the file', schema, (member: object) => member],
    [
      'an added device',
      schema.properties.added?.items,
      (one: object) => ({ irqPathDevices: 1, added: [one] }),
    ],
    ['a what-if', schema.properties.whatIfs?.items, (one: object) => ({ irqPathDevices: 1, whatIfs: [one] })],
  ])('has the members of %s that the reader knows', (_, part, around) => {
    const { names, needed } = known(around);
    expect(Object.keys(part?.properties ?? {})).toEqual(names);
    expect(part?.required?.slice(0, 1)).toEqual(needed);
  });
});

describe('the store', () => {
  it('takes imported devices beside its own, and imported what-ifs in the place of its own', () => {
    const store = new DeviceStore({ get: () => undefined, update: () => Promise.resolve() });
    const key = deviceKey('file:///vm.sh', 0, 'net0');
    store.add({ id: 'xgmac', driver: 'vfio-calxeda-xgmac', options: {} });
    store.setOption(key, 'x-irqfd', 'off');
    store.import([{ id: 'xgmac', driver: 'vfio-calxeda-xgmac', options: {} }], {
      [key]: { 'x-no-mmap': 'on' },
    });
    expect(store.added.map(({ id }) => id)).toEqual(['xgmac', 'xgmac-2']);
    expect(store.overlayOf(key)).toEqual({ 'x-no-mmap': 'on' });
  });

  it('knows the place that a key names', () => {
    const place = { uri: 'vscode-remote://host/a%23b/vm.sh', machine: 2, id: 'vfio-pci#2' };
    expect(placeOfKey(deviceKey(place.uri, place.machine, place.id))).toEqual(place);
    expect(placeOfKey('added#xgmac')).toBeUndefined();
  });
});
