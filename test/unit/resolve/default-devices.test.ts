import { describe, expect, it } from 'vitest';
import { DEFAULT_DEVICES } from '../../../src/catalog/default-devices.ts';
import { MACHINE_TYPES } from '../../../src/catalog/machine-types.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { familyOf } from '../../../src/resolve/families.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';
import { resolveMachine } from './resolve.ts';

const Q35 = 'qemu-system-x86_64 -M q35,accel=kvm';

const defaults = (text: string): string[] => resolveMachine(text).defaultDevices.map(({ id }) => id);

/** By driver, what may leave the device out without being known. */
const doubts = (text: string): (readonly [string, string | null | undefined])[] =>
  resolveMachine(text).defaultDevices.map(({ driver, byDefault }) => [driver, byDefault?.unless] as const);

describe('the devices that a machine has by default', () => {
  it('have paths like any other', () => {
    const paths = resolveMachine(Q35).defaultDevices.map(({ driver, legs }) => [
      driver,
      ...legs.map(({ path, canRun }) => `${path ?? 'none'}${canRun ? '' : ' (not run)'}`),
    ]);
    expect(paths).toEqual([
      ['ich9-ahci', 'emulated/msi', 'emulated/doorbell-sync'],
      ['e1000e', 'emulated/msi', 'emulated/doorbell-sync (not run)'],
      ['isa-serial', 'emulated/line', 'emulated/doorbell-sync'],
    ]);
  });

  it('are none of those that the file asks for, and have the place of the machine, or of the program', () => {
    const { devices, defaultDevices } = resolveMachine(`${Q35} -nic none -serial none -device e1000e`);
    expect(devices.map(({ id }) => id)).toEqual(['e1000e']);
    expect(defaultDevices).toMatchObject([
      { id: 'ich9-ahci', range: { start: { character: Q35.indexOf('q35') } } },
    ]);
    const [card] = resolveMachine('qemu-system-x86_64 -enable-kvm').defaultDevices;
    expect(card?.range).toMatchObject({ start: { character: 0 }, end: { character: 18 } });
  });

  it('have names of their own', () => {
    expect(defaults(`${Q35} -device e1000e -device edu,id=isa-serial`)).toEqual([
      'ich9-ahci',
      'e1000e#2',
      'isa-serial#2',
    ]);
  });

  it('say why they are there, and what leaves them out', () => {
    const card = resolveMachine(Q35).defaultDevices[1];
    expect(card?.byDefault).toMatchObject({
      because: 'q35 has it where no option is about networks',
      leftOutBy: ['-nodefaults', '-nic', '-net', '-netdev'],
      unless: null,
    });
    expect(card?.byDefault?.source).toMatch(/^QEMU system\/vl\.c qemu_create_default_devices; /);
  });

  it.each([
    ['a fragment', '-M q35,accel=kvm -device e1000e'],
    ['a machine whose architecture is assumed', 'kvm -device edu'],
    ['a machine of a type that a variable holds', 'qemu-system-x86_64 -M $M'],
    ['another virt', 'qemu-system-riscv64 -M virt'],
    ['a machine that is not modelled', 'qemu-system-aarch64 -M raspi3b'],
  ])('are not known of %s', (_, text) => {
    expect(defaults(text)).toEqual([]);
  });

  it('are not asked for twice: the controller of a disk, and the UART of virt', () => {
    expect(defaults(`${Q35} -nodefaults -hda d`)).toEqual([]);
    expect(defaults('qemu-system-aarch64 -M virt -nodefaults -serial stdio')).toEqual([]);
  });

  it('are in doubt where what could leave them out is hidden', () => {
    const every = ['ich9-ahci', 'e1000e', 'isa-serial'];
    const said = (doubt: string | null) => every.map((driver) => [driver, doubt]);
    expect(doubts(Q35)).toEqual(said(null));
    expect(doubts(`${Q35} "$@"`)).toEqual(said('$@ leaves it out'));
    expect(doubts(`${Q35},sata=$SATA -readconfig vm.cfg -device $DEVICE`)).toEqual([
      ['ich9-ahci', '$SATA or -readconfig leaves it out'],
      ['e1000e', null],
      ['isa-serial', '$DEVICE or -readconfig leaves it out'],
    ]);
    expect(doubts('qemu-system-aarch64 -M virt -nodefaults "$@"')).toEqual([['pl011', null]]);
  });

  it('bring no problems: nobody wrote them', () => {
    expect(resolveMachine('qemu-system-x86_64 -M q35,accel=tcg').problems).toEqual([]);
    expect(resolveMachine('qemu-system-x86_64 -M q35,accel=tcg -device e1000e').problems).toHaveLength(1);
  });

  it('are left out by libvirt and Proxmox, but for parts of the machine', () => {
    const machine = (type: string): string =>
      `<domain type='kvm'><os><type arch='x86_64' machine='${type}'>hvm</type></os>` +
      `<devices><controller type='sata' index='0'/></devices></domain>`;
    expect(defaults(machine('q35'))).toEqual(['ich9-ahci']);
    expect(defaults(machine('pc'))).toEqual([]);
    const proxmox = unwrap(
      readLaunchFile('machine: q35\nscsihw: virtio-scsi-pci\nscsi0: local:d\n', '100.conf'),
    );
    const [vm] = resolveFile(proxmox, TEST_FACTS).machines;
    expect(vm?.defaultDevices.map(({ id }) => id)).toEqual(['ich9-ahci']);
  });
});

describe('the list of them', () => {
  it.each(DEFAULT_DEVICES)('$driver of $machine can be resolved, and says where that was read', (doc) => {
    expect(familyOf(doc.driver)).toBeDefined();
    expect(MACHINE_TYPES.map(({ name }) => name)).toContain(doc.machine);
    expect(doc.sources.some(({ verified }) => verified)).toBe(true);
  });
});
