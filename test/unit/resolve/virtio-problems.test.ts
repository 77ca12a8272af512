import { describe, expect, it } from 'vitest';
import { problemsOf, resolveDevice, resolveMachine } from './resolve.ts';

const Q35 = 'qemu-system-x86_64 -M q35,accel=kvm';
const BLK = '-device virtio-blk-pci';
const IO = '-object iothread,id=io';
const NET = '-device virtio-net-pci,netdev=n';
const VHOST_USER = '-chardev socket,id=c,path=/s -netdev vhost-user,id=n,chardev=c';

describe('options that contradict each other', () => {
  it.each([
    [
      'an IOThread without ioeventfd',
      `${IO} ${BLK},iothread=io,ioeventfd=off`,
      'error contradicting-options',
    ],
    [
      'two ways to name IOThreads',
      `${IO} -device '{"driver":"virtio-blk-pci","iothread":"io","iothread-vq-mapping":[{"iothread":"io"}]}'`,
      'error contradicting-options',
    ],
    ['vhost of a backend without', `-netdev user,id=n,vhost=on ${NET}`, 'error contradicting-options'],
    ['an IOThread that is not there', `${BLK},iothread=io`, 'error unknown-id'],
    ['an object that is none', `-object rng-random,id=io ${BLK},iothread=io`, 'error unknown-id'],
    ['a netdev that is not there', NET, 'error unknown-id'],
    ['a drive that is not there', `${BLK},drive=d`, 'error unknown-id'],
    ['a chardev that is not there', '-device vhost-user-blk-pci,chardev=c', 'error unknown-id'],
    ['vhost-user without shared memory', `${VHOST_USER} ${NET}`, 'error memory-not-shared'],
    [
      'memory that is not shared',
      `-object memory-backend-file,id=m,size=1G,mem-path=/m ${VHOST_USER} ${NET}`,
      'error memory-not-shared',
    ],
    ['vhost-vdpa', `-netdev vhost-vdpa,id=n,vhostdev=/v ${NET}`, 'information not-modelled'],
    ['no virtio bus', '-device virtio-blk-device', 'error wrong-machine'],
  ])('%s: no path, and why, once', (_, text, problem) => {
    expect(problemsOf(`${Q35} ${text}`)).toEqual([problem]);
    for (const { path, note } of resolveDevice(`${Q35} ${text}`).legs) {
      expect(path).toBeNull();
      expect(note).not.toBeNull();
    }
  });

  it.each([
    ['a backend that the file shows', `-netdev user,id=n ${NET}`],
    ['shared memory', `-object memory-backend-file,id=m,size=1G,mem-path=/m,share=on ${VHOST_USER} ${NET}`],
    ['memory that is always shared', `-object memory-backend-memfd,id=m,size=1G ${VHOST_USER} ${NET}`],
    ['a node of -blockdev', `-blockdev file,node-name=d,filename=f ${BLK},drive=d`],
    ['a drive without an id may be meant', `-drive if=none,file=f ${BLK},drive=none0`],
    [
      'IOThreads in JSON',
      `${IO} -device '{"driver":"virtio-blk-pci","iothread-vq-mapping":[{"iothread":"io"}]}'`,
    ],
    [
      'properties that say nothing about interrupts',
      `${BLK},serial=1,bootindex=1,addr=3,write-cache=on,ats=on`,
    ],
  ])('there is nothing to say about %s', (_, text) => {
    expect(problemsOf(`${Q35} ${text}`)).toEqual([]);
  });

  it.each([
    ['a fragment', NET, 'information assumed-machine'],
    ['arguments from elsewhere', `${Q35} "\${args[@]}" ${NET}`, undefined],
    ['a file that QEMU reads', `${Q35} -readconfig f ${NET}`, undefined],
    ['an unknown id', `${Q35} -netdev tap,id=$ID ${NET}`, undefined],
  ])('an id may stand where the file does not show it: %s', (_, text, problem) => {
    expect(problemsOf(text)).toEqual(problem === undefined ? [] : [problem]);
  });

  it('gives a case to a value that would contradict', () => {
    const { legs } = resolveDevice(`${Q35} ${IO} ${BLK},iothread=io,ioeventfd=$E`);
    expect(legs.map(({ alternatives }) => alternatives.map(({ path }) => path))).toEqual([
      [null, 'virtio/notify-iothread'],
      [null, 'virtio/call-irqfd', 'virtio/call-intx'],
    ]);
  });

  it('says once for a machine what is so for all of its devices', () => {
    const text = `qemu-system-x86_64 -M q35 -accel tcg ${BLK} ${BLK} -device e1000`;
    expect(problemsOf(text)).toEqual(['information not-kvm']);
  });

  it('says what is expected', () => {
    const [problem] = resolveMachine(`${Q35} ${IO} ${BLK},iothread=io,ioeventfd=off`).problems;
    expect(problem?.message).toBe(
      'ioeventfd is required for iothread, and ioeventfd is off; expected ioeventfd=on or no iothread',
    );
  });

  it('is a thread whose eventfds KVM has no room for', () => {
    const { problems, devices } = resolveMachine(`${Q35} ${IO} ${BLK},iothread=io`, 'qemu=7.2,kernel=2.6.33');
    expect(devices[0]?.legs.map(({ path }) => path)).toEqual([null, null]);
    expect(problems.map(({ message }) => message)).toEqual([
      'ioeventfd is required for iothread, and KVM of Linux 2.6.33 has room for six ioeventfds, and QEMU 7.2 uses them only if seven fit; expected no iothread',
    ]);
  });
});

describe('options of a virtio device', () => {
  it.each([
    ['misspelt', `${BLK},ioeventf=off`, ['warning unknown-option']],
    ['of another release', `${BLK},x-data-plane=on`, ['error option-not-in-release']],
    ['of a later release', `${BLK},in_order=off`, [], 'qemu=9.2'],
    ['of no release', `${BLK},notification_data=on`, ['information old-spelling']],
    ['before its release', `${BLK},packed=on`, ['error option-not-in-release'], 'qemu=4.1'],
    ['with a wrong value', `${BLK},vectors=many`, ['error invalid-value']],
  ])('%s', (_, text, problems, host?: string) => {
    expect(problemsOf(`${Q35} ${text}`, host)).toEqual(problems);
  });
});
