import { describe, expect, it } from 'vitest';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

function messages(options: string): string[] {
  const text = `qemu-system-x86_64 -M q35,accel=kvm ${options}`;
  const { machines } = resolveFile(unwrap(readLaunchFile(text, 'vm.sh')), TEST_FACTS);
  return machines
    .flatMap(({ problems }) => problems)
    .map(({ message, range }) => {
      return `${text.slice(range.start.character, range.end.character)}: ${message}`;
    });
}

const CARD = '-device virtio-net-pci,netdev=n';

describe('the values of -netdev and -object on which a path depends', () => {
  it.each([
    [
      `-netdev tap,id=n,vhost=perhaps ${CARD}`,
      "perhaps: 'perhaps' is no value for vhost; expected on or off",
    ],
    [`-netdev tap,id=n,vhost=perhaps`, "perhaps: 'perhaps' is no value for vhost; expected on or off"],
    [`-netdev tap,id=n,vhostforce=2 ${CARD}`, "2: '2' is no value for vhostforce; expected on or off"],
  ])('%s is said to be wrong, where it stands', (options, expected) => {
    expect(messages(options)).toContain(expected);
  });

  it('are left alone where they are right, unknown, or of another kind', () => {
    for (const value of ['on', 'off', '$VHOST'])
      expect(messages(`-netdev tap,id=n,vhost=${value} ${CARD}`).join()).not.toContain('is no value');
    expect(messages(`-netdev user,id=n,vhost=perhaps ${CARD}`).join()).not.toContain('is no value for vhost');
  });
});
