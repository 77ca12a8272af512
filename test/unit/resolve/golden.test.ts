import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';

const FOLDER = join(import.meta.dirname, '../../golden/resolve');

describe('whole answers', () => {
  it.each(readdirSync(FOLDER).filter((name) => name.endsWith('.sh')))(
    '%s resolves as written down',
    async (name) => {
      const file = readLaunchFile(readFileSync(join(FOLDER, name), 'utf8'), name);
      if (!file.ok) throw new Error(file.error.message);
      const answer = `${JSON.stringify(resolveFile(file.value, TEST_FACTS), null, 2)}\n`;
      await expect(answer).toMatchFileSnapshot(join(FOLDER, name.replace(/\.sh$/, '.json')));
    },
  );
});
