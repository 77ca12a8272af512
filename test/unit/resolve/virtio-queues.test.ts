import { describe, expect, it } from 'vitest';
import { problemsOf, resolveDevice, resolveMachine } from './resolve.ts';

const Q35 = 'qemu-system-x86_64 -M q35,accel=kvm';
const BLK = '-device virtio-blk-pci';
const TAP = '-netdev tap,id=n,vhost=on';
const CARD = '-device virtio-net-pci,netdev=n';
const FOUR = 'cpus=4';
const MAPPED = (threads: readonly string[]): string => {
  const objects = threads.map((id) => `-object iothread,id=${id}`).join(' ');
  const mapping = threads.map((iothread) => ({ iothread }));
  return `${objects} -device '${JSON.stringify({ driver: 'virtio-blk-pci', 'iothread-vq-mapping': mapping })}'`;
};

/** How many queues a run of the device's kick has. */
function queuesOf(text: string, host = FOUR): unknown {
  return resolveDevice(`${Q35} ${text}`, host).legs[0]?.settings.queues ?? '1';
}

describe('a run of a virtio device has two queues', () => {
  it.each([
    ['for a disk has one for each vCPU', `-smp 2 ${BLK}`],
    ['if the file says so', `-smp 4 ${BLK},num-queues=2`],
    ['without ioeventfd', `-smp 2 ${BLK},ioeventfd=off`],
    ['with an IOThread for each', `-smp 2 ${MAPPED(['a', 'b'])}`],
    ['of a card with two pairs that vhost serves', `-smp 2 ${TAP},queues=2 ${CARD},mq=on`],
  ])('%s', (_, text) => {
    expect(queuesOf(text)).toBe('2');
    for (const { canRun, note } of resolveDevice(`${Q35} ${text}`, FOUR).legs) {
      expect([canRun, note]).toEqual([true, null]);
    }
  });
});

describe('the queues that a guest uses', () => {
  it.each<[string, string, number | undefined]>([
    ['are those of the disk, and no more than vCPUs', `-smp 3 ${BLK},num-queues=8`, 3],
    ['are pairs of a card', `-smp 8 ${TAP},queues=4 ${CARD},mq=on`, 4],
    ['are not told where there is one', `-smp 8 ${CARD} -netdev tap,id=n`, undefined],
    ['are not told where the file does not', `-smp $N ${BLK}`, undefined],
  ])('%s', (_, text, queues) => {
    expect(resolveDevice(`${Q35} ${text}`, FOUR).queuesInUse).toBe(queues);
  });
});

describe('it has one', () => {
  it.each<[string, string, string?]>([
    ['with one vCPU', BLK],
    ['if the disk has one', `-smp 2 ${BLK},num-queues=1`],
    ['before 5.2', `-smp 2 ${BLK}`, `${FOUR},qemu=5.1`],
    ['of a machine type before 5.2', `-M pc-q35-5.1 -smp 2 ${BLK}`],
    ['if the host has no CPUs for more', `-smp 2 ${BLK}`, 'cpus=2'],
    ['with one IOThread, which serves all', `-smp 2 -object iothread,id=a ${BLK},iothread=a`],
    ['with a mapping to one IOThread', `-smp 2 ${MAPPED(['a'])}`],
    ['if all share a line', `-smp 2 ${BLK},vectors=0`],
    ['if the queues share a vector', `-smp 2 ${BLK},vectors=2`],
    ['of a card without mq', `-smp 2 ${TAP},queues=2 ${CARD}`],
    ['of a card with one pair', `-smp 2 ${TAP} ${CARD},mq=on`],
    ['of a card that QEMU serves', `-smp 2 -netdev tap,id=n,queues=2 ${CARD},mq=on`],
    ['with APICv', `-smp 2 ${BLK}`, `${FOUR},apicv=on`],
  ])('%s', (_, text, host) => {
    expect(queuesOf(text, host)).toBe('1');
  });
});

describe('too few vectors', () => {
  const shared = (text: string): string | undefined =>
    resolveMachine(`${Q35} ${text}`).problems.find(({ code }) => code === 'queues-share-vector')?.message;

  it.each([
    [`-smp 4 ${BLK},vectors=4`, /vectors=4: .* would take 5/],
    [`-smp 4 ${BLK},num-queues=8,vectors=4`, /would take 5/],
    [`-smp 4 -device virtio-scsi-pci,vectors=5`, /would take 7/],
    // The driver sets up all pairs, whatever it uses.
    [`-smp 2 ${TAP},queues=4 ${CARD},mq=on,vectors=5`, /would take 9/],
    [`-M pc-q35-5.2 -smp 2 ${TAP},queues=2 ${CARD},mq=on`, /vectors=3 \(default of machines up to 5\.2\)/],
  ])('are shared: %s', (text, message) => {
    expect(shared(text)).toMatch(message);
  });

  it.each([
    `-smp 4 ${BLK},vectors=5`,
    `-smp 4 ${BLK}`,
    `${BLK},vectors=2`,
    `-smp 4 ${BLK},vectors=0`,
    `-M pc-q35-6.0 -smp 2 ${TAP},queues=2 ${CARD},mq=on`,
  ])('are not too few: %s', (text) => {
    expect(shared(text)).toBeUndefined();
  });

  it('are the line where there is one: Linux wants two', () => {
    const { legs } = resolveDevice(`${Q35} ${BLK},vectors=1`);
    expect(legs.map(({ path }) => path)).toEqual(['virtio/notify-ioeventfd', 'virtio/call-intx']);
    const why = legs[1]?.rejected.flatMap((one) => one.because) ?? [];
    expect(why.join()).toMatch(/Linux wants two/);
    expect(problemsOf(`${Q35} ${BLK},vectors=1`)).toEqual([]);
  });
});
