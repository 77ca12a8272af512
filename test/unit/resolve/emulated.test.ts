import { describe, expect, it } from 'vitest';
import { problemsOf, resolveDevice } from './resolve.ts';

const Q35 = 'qemu-system-x86_64 -M q35,accel=kvm -device';

function paths(text: string, host?: string, guest?: string): string {
  const { legs } = resolveDevice(text, host, guest);
  return legs.map(({ leg, path }) => `${leg} ${path?.replace('emulated/', '') ?? 'none'}`).join(', ');
}

describe('a run of an emulated device', () => {
  it.each([
    ['e1000e', { device: 'e1000e' }, [true, false]],
    ['nvme,serial=1', { device: 'nvme' }, [true, true]],
    ['nvme,serial=1,ioeventfd=on', { device: 'nvme', kick: 'ioeventfd' }, [true, true]],
    ['ahci', { device: 'ich9-ahci' }, [true, true]],
    ['isa-serial', { device: 'isa-serial' }, [true, true]],
    ['rtl8139', { device: 'rtl8139' }, [false, false]],
  ])('%s is given what the file says, or it is said what is missing', (device, expected, canRun) => {
    const { legs } = resolveDevice(`${Q35} ${device}`);
    expect(Object.assign({}, ...legs.map(({ settings }) => settings))).toMatchObject(expected);
    expect(legs.map((leg) => leg.canRun)).toEqual(canRun);
    for (const { note, canRun: runs } of legs) {
      if (!runs) expect(note).toContain(`not built yet for device=${expected.device}`);
    }
  });

  it.each(['ahci', 'nvme,serial=1'])('goes by the line where the guest uses no messages: %s', (device) => {
    const { legs } = resolveDevice(`${Q35} ${device}`, undefined, 'msi=off');
    expect(legs.map(({ path, canRun }) => [path, canRun])).toEqual([
      ['emulated/line', true],
      ['emulated/doorbell-sync', true],
    ]);
    expect(legs[1]?.settings).toMatchObject({ interrupt: 'line' });
  });

  it('is made on a host with APICv too', () => {
    const { legs } = resolveDevice(`${Q35} e1000e`, 'apicv=on');
    expect(legs[0]?.canRun).toBe(true);
  });

  it('says why none is made of a controller that an older QEMU starts by timers', () => {
    const { legs } = resolveDevice(`${Q35} nvme,serial=1`, 'qemu=7.2');
    expect(legs.map(({ canRun }) => canRun)).toEqual([false, false]);
    expect(legs[0]?.note).toContain('modelled from 8.0 on');
  });
});

describe('the legs of an emulated device', () => {
  it.each([
    ['a card without MSI', `${Q35} e1000`, 'interrupt line, kick doorbell-sync'],
    ['another', `${Q35} rtl8139`, 'interrupt line, kick doorbell-sync'],
    ['a card with MSI-X', `${Q35} e1000e`, 'interrupt msi, kick doorbell-sync'],
    ['a SATA controller', `${Q35} ich9-ahci`, 'interrupt msi, kick doorbell-sync'],
    ['a USB controller', `${Q35} qemu-xhci`, 'interrupt msi, kick doorbell-sync'],
    ['a USB controller without', `${Q35} qemu-xhci,msi=off,msix=off`, 'interrupt line, kick doorbell-sync'],
    ['a UART', `${Q35} isa-serial`, 'interrupt line, kick doorbell-sync'],
    ['NVMe', `${Q35} nvme,serial=1`, 'interrupt msi, kick doorbell-sync'],
    ['NVMe with eventfds', `${Q35} nvme,serial=1,ioeventfd=on`, 'interrupt msi, kick doorbell-ioeventfd'],
    ['on Arm', 'qemu-system-aarch64 -M virt,accel=kvm -device e1000e', 'interrupt msi, kick doorbell-sync'],
  ])('%s', (_, text, expected) => {
    expect(paths(text)).toBe(expected);
  });

  it('use the line where the guest uses no MSI', () => {
    expect(paths(`${Q35} e1000e`, undefined, 'msi=off')).toBe('interrupt line, kick doorbell-sync');
    expect(resolveDevice(`${Q35} e1000e`).legs[0]?.alternatives).toEqual([
      { path: 'emulated/line', when: 'the guest uses INTx (pci=nomsi)' },
    ]);
    expect(resolveDevice(`${Q35} e1000`).legs[0]?.alternatives).toEqual([]);
  });

  it('ring without an exit to QEMU only if the guest keeps copies of the doorbells', () => {
    expect(resolveDevice(`${Q35} nvme,ioeventfd=on`).legs[1]?.alternatives).toEqual([
      { path: 'emulated/doorbell-sync', when: 'the guest sets up no shadow doorbells' },
    ]);
  });

  it.each([
    [
      'an option before its release',
      `${Q35} nvme,serial=1,ioeventfd=on`,
      ['error option-not-in-release'],
      'qemu=7.0',
    ],
    ['no ISA bus', 'qemu-system-aarch64 -M virt,accel=kvm -device isa-serial', ['error wrong-machine']],
    ['a card before its release', `${Q35} igb`, ['error device-not-in-release'], 'qemu=7.2'],
    ['nothing', `${Q35} nvme,serial=1,drive=d,max_ioqpairs=4`, []],
  ])('have problems: %s', (_, text, problems, host?: string) => {
    expect(problemsOf(text, host)).toEqual(problems);
  });

  it('leaves out what is not modelled, by name', () => {
    expect(resolveDevice(`${Q35} virtio-gpu-pci`)).toMatchObject({
      legs: [],
      note: 'virtio-gpu-pci is not modelled yet',
    });
  });
});
