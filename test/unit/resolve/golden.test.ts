import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { readFacts } from '../../../src/facts/read-facts.ts';
import type { ResolvedFile } from '../../../src/resolve/resolved-file.ts';
import type { Facts } from '../../../src/facts/facts.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const FOLDER = join(import.meta.dirname, '../../golden/resolve');

describe('whole answers', () => {
  it.each(readdirSync(FOLDER).filter((name) => name.endsWith('.sh')))(
    '%s resolves as written down',
    async (name) => {
      const text = readFileSync(join(FOLDER, name), 'utf8');
      const file = unwrap(readLaunchFile(text, name));
      const resolved = resolveFile(file, factsOf(text));
      const answer = `${JSON.stringify(name.startsWith('default-') ? resolved : ofWritten(resolved), null, 2)}\n`;
      await expect(answer).toMatchFileSnapshot(join(FOLDER, name.replace(/\.sh$/, '.json')));
    },
  );
});

/** Without what the machines have by default, which has files of its own. */
function ofWritten(file: ResolvedFile): unknown {
  const machines = file.machines.map((machine) => ({ ...machine, defaultDevices: undefined }));
  return { ...file, machines };
}

/** The facts that a first line such as `# --host qemu=7.2,kernel=6.12 --guest msi=off` asks for. */
function factsOf(text: string): Facts {
  const [, host, guest] = /^# --host (\S+)(?: --guest (\S+))?$/m.exec(text) ?? [];
  return host === undefined ? TEST_FACTS : unwrap(readFacts(host, guest));
}
