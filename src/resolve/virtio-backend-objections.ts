import type { VmDescription } from '../config/launch-file.ts';
import { lastNamed } from './decision.ts';
import type { Finding } from './family.ts';
import { follow } from './links.ts';
import { refused, type Objection } from './objection.ts';
import { optionValue, readBoolean } from './option-value.ts';
import { backendOf, netdevType } from './virtio-backend.ts';

/** The properties that name something else of the command line, and the options that can be meant. */
const NAMING: readonly (readonly [property: string, options: readonly string[]])[] = [
  ['drive', ['drive', 'blockdev']],
  ['netdev', ['netdev']],
  ['chardev', ['chardev']],
];

const whatIsNamedIsThere: Objection = (driver, subject) => {
  for (const [name, options] of NAMING) {
    const { property } = optionValue(subject, driver, name);
    if (property === null || follow(subject.machine.vm, property, options).kind !== 'missing') continue;
    const id = property.value?.text ?? '';
    return refused(property, {
      code: 'unknown-id',
      because: `there is no -${options.join(' or -')} '${id}'`,
      expected: `-${options[0] ?? ''} …,id=${id}`,
      source: 'QEMU hw/core/qdev-properties-system.c',
    });
  }
  return null;
};

/** Of the backends only tap has vhost as a switch. */
const vhostWhereThereIsNone: Objection = (driver, subject) => {
  const { property } = optionValue(subject, driver, 'netdev');
  const link = property === null ? undefined : follow(subject.machine.vm, property, ['netdev']);
  if (link?.kind !== 'found') return null;
  const type = netdevType(link.option);
  const vhost = lastNamed(link.option.properties, ['vhost']);
  if (type === undefined || type === 'tap' || vhost === undefined) return null;
  return refused(vhost, {
    code: 'contradicting-options',
    because: `a netdev of type ${type} has no vhost`,
    expected: '-netdev tap,vhost=on, or no vhost',
    source: 'QEMU qapi/net.json NetdevTapOptions',
  });
};

const otherProcessNeedsMemory: Objection = (driver, subject) => {
  const { possible, because, option, given, isDefault, range } = backendOf(driver, subject);
  if (possible.length !== 1 || possible[0] !== 'vhost-user') return null;
  if (sharesMemory(subject.machine.vm) !== false) return null;
  const problem = `${because}, and cannot map the memory of the guest`;
  const finding: Finding = {
    outcome: 'fails',
    because: problem,
    option,
    value: given,
    isDefault,
    source: 'QEMU hw/virtio/vhost-user.c vhost_user_set_mem_table',
    range,
    problem: {
      code: 'memory-not-shared',
      severity: 'error',
      message: `${problem}; expected -object memory-backend-memfd,id=mem,share=on,size=… and -machine memory-backend=mem`,
    },
  };
  return finding;
};

/** Whether the memory of the guest can be mapped by others; undefined if the file does not say it. */
function sharesMemory(vm: VmDescription): boolean | undefined {
  if (vm.binary === null || vm.unknownArguments.length > 0) return undefined;
  let isCertain = true;
  for (const { name, properties, value } of vm.options) {
    if (name.text === 'readconfig') isCertain = false;
    if (name.text !== 'object') continue;
    const type = lastNamed(properties, ['qom-type'])?.value;
    if (type?.known !== true) isCertain = false;
    if (type?.text.startsWith('memory-backend-') !== true) continue;
    const share = lastNamed(properties, ['share']);
    if (value?.known !== true && share === undefined) isCertain = false;
    const isShared =
      share === undefined
        ? ALWAYS_SHARED.includes(type.text)
        : (share.value?.known ?? true)
          ? readBoolean(share.value?.text ?? 'on')
          : undefined;
    if (isShared === true) return true;
    if (isShared === undefined) isCertain = false;
  }
  return isCertain ? false : undefined;
}

const ALWAYS_SHARED: readonly string[] = ['memory-backend-memfd', 'memory-backend-shm'];

const notModelled: Objection = (driver, subject) => {
  const { possible, because, option, given, isDefault, source, range } = backendOf(driver, subject);
  if (possible[0] !== 'vhost-vdpa') return null;
  const message = `${because}, whose notifications are not modelled; those of tap and vhost-user are`;
  const problem = { code: 'not-modelled', severity: 'information', message } as const;
  return { outcome: 'fails', because: message, option, value: given, isDefault, source, range, problem };
};

/** What QEMU has against the backend, and what this project does not know of it. */
export const backendObjections: readonly Objection[] = [
  whatIsNamedIsThere,
  vhostWhereThereIsNone,
  otherProcessNeedsMemory,
  notModelled,
];
