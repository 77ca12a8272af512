import { describe, expect, it } from 'vitest';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { LABELLED_LAUNCHES } from '../../support/labelled-launches.ts';
import { unwrap } from '../../support/unwrap.ts';

/** The path of each leg of each device. */
function paths(text: string, name: string): Record<string, readonly (string | null)[]> {
  const file = unwrap(readLaunchFile(text, name));
  const [machine, ...others] = resolveFile(file, TEST_FACTS).machines;
  if (machine === undefined || others.length > 0) throw new Error('expected one machine');
  return Object.fromEntries(machine.devices.map(({ id, legs }) => [id, legs.map(({ path }) => path)]));
}

describe('launches whose paths a person wrote down', () => {
  it('are thirty at least', () => {
    expect(LABELLED_LAUNCHES.length).toBeGreaterThanOrEqual(30);
  });

  it.each(LABELLED_LAUNCHES)('$name: the same from XML and from the command line', (launch) => {
    expect(paths(launch.xml, 'vm.xml')).toEqual(launch.paths);
    expect(paths(launch.args, 'vm.args')).toEqual(launch.paths);
  });
});
