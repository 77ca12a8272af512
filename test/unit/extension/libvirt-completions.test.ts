import { describe, expect, it } from 'vitest';
import { libvirtCompletionsAt } from '../../../src/extension/assist/libvirt-completions.ts';

/** What is offered at the `|` of a domain with these devices and features. */
function offeredIn(devices: string, features = '') {
  const text = `<domain type='kvm'><features>${features}</features>\n<devices>\n${devices}\n</devices></domain>\n`;
  return libvirtCompletionsAt(text.replace('|', ''), text.indexOf('|'));
}

const labels = (devices: string, features = ''): string[] =>
  offeredIn(devices, features).map(({ label }) => label);

describe('what is offered in a tag of libvirt', () => {
  it('is what the element around it decides, without what is there', () => {
    const card = labels("<interface type='user'><driver name='vhost' queues='4' |/></interface>");
    expect(card).toContain('ioeventfd');
    expect(card).not.toContain('queues');
    expect(card).not.toContain('iothread');
    expect(labels("<disk type='file'><driver |/></disk>")).toContain('iothread');
  });

  it.each([
    ['who serves a card', "<interface type='user'><driver name='|'/></interface>", '', 'qemu'],
    ['a switch', "<disk><driver event_idx='o|'/></disk>", '', 'off'],
    ['who has the IOAPIC', '', "<ioapic driver='|'/>", 'kvm'],
    ['the interrupt controller of Arm', '', "<gic version='|'/>", 'host'],
    ['the IOMMU', "<iommu model='|'/>", '', 'smmuv3'],
    ['a bus', "<disk><target dev='vda' bus='|'/></disk>", '', 'virtio'],
  ])('are the values of an attribute: %s', (_, devices, features, value) => {
    expect(labels(devices, features)).toContain(value);
  });

  it('takes the place of what is written, and has the quotation marks that a new attribute needs', () => {
    const offered = offeredIn("<disk type='file'>\n  <driver ioev|/></disk>");
    const ioeventfd = offered.find(({ label }) => label === 'ioeventfd');
    expect(ioeventfd).toMatchObject({
      text: "ioeventfd=''",
      range: { start: { line: 3, character: 10 }, end: { line: 3, character: 14 } },
    });
    expect(ioeventfd?.documentation).toContain('eventfd');
  });

  it.each([
    ['outside of tags', "<disk type='file'>|</disk>"],
    ['in the name of an element', '<dis|k/>'],
    ['in a value that may be any text', "<disk><driver iothread='|'/></disk>"],
    ['behind a value without a blank', "<disk><driver queues='2'|/></disk>"],
    ['where nothing is known', '<nosuch |/>'],
  ])('is nothing %s', (_, devices) => {
    expect(labels(devices)).toEqual([]);
  });
});
