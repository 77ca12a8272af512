import { lastNamed } from './decision.ts';
import { follow } from './links.ts';
import { refused, type Objection } from './objection.ts';
import { optionValue } from './option-value.ts';
import { kvmIoeventfd } from './rules/kvm-ioeventfd.ts';
import { iothreadProperty } from './rules/virtio-iothread.ts';
import { usesIoeventfd } from './rules/virtio-ioeventfd.ts';

const CONTRADICTION = 'contradicting-options';
const CONTEXT = 'QEMU hw/block/virtio-blk.c virtio_blk_vq_aio_context_init';

const bothThreadOptions: Objection = (driver, subject) => {
  const { property } = optionValue(subject, driver, 'iothread-vq-mapping');
  if (property === null || optionValue(subject, driver, 'iothread').property === null) return null;
  const because = 'iothread and iothread-vq-mapping cannot be set at the same time';
  return refused(property, { code: CONTRADICTION, because, expected: 'one of them', source: CONTEXT });
};

const threadIsThere: Objection = (driver, subject) => {
  const { property } = optionValue(subject, driver, 'iothread');
  if (property === null) return null;
  const link = follow(subject.machine.vm, property, ['object']);
  const id = property.value?.text ?? '';
  if (link.kind === 'unknown') return null;
  const type = link.kind === 'found' ? lastNamed(link.option.properties, ['qom-type'])?.value : null;
  if (type !== null && (type?.known !== true || type.text === 'iothread')) return null;
  const because = type === null ? `there is no -object '${id}'` : `-object ${id} is a ${type.text}`;
  return refused(property, {
    code: 'unknown-id',
    because,
    expected: `-object iothread,id=${id}`,
    source: 'QEMU hw/core/qdev-properties.c set_link',
  });
};

const threadNeedsIoeventfd: Objection = (driver, subject) => {
  const thread = iothreadProperty(driver, subject);
  if (driver.kind.iothreadSince === null || thread === undefined) return null;
  const asked = usesIoeventfd(driver).check(subject);
  // QEMU turns the option off where KVM does not take the eventfds.
  const ioeventfd =
    asked.outcome === 'holds'
      ? kvmIoeventfd({ asksForMany: driver.transport === 'pci' }).check(subject)
      : asked;
  if (ioeventfd.outcome === 'holds') return null;
  const because = 'ioeventfd is required for iothread';
  if (ioeventfd.outcome === 'unknown') {
    const holds = ioeventfd.cases?.holds ?? 'ioeventfd is on';
    return { ...ioeventfd, cases: { holds, fails: `ioeventfd is off, which QEMU refuses (${because})` } };
  }
  const expected = ioeventfd === asked ? 'ioeventfd=on or no iothread' : 'no iothread';
  const message = `${because}, and ${ioeventfd.because}; expected ${expected}`;
  return {
    ...ioeventfd,
    because: `${because}, and ${ioeventfd.because}`,
    source: CONTEXT,
    problem: { code: CONTRADICTION, severity: 'error', message },
  };
};

/** What QEMU has against options that say where the device runs. */
export const threadObjections: readonly Objection[] = [
  bothThreadOptions,
  threadIsThere,
  threadNeedsIoeventfd,
];
