// `npm run fuzz -- FOLDER`: the readers of launch files against a hundred thousand damaged texts, those of FOLDER among
// them (IRQPATH_CORPUS may name it, too), how the time that they take grows with the text, and texts that are typed.
import { run } from './lib/run.mts';

process.env.IRQPATH_FUZZ ??= '100000';
if (process.argv[2] !== undefined) process.env.IRQPATH_CORPUS = process.argv[2];
// A small young generation is collected more often the more there is of a text, which is no growth of a reader.
process.env.NODE_OPTIONS ??= '--max-semi-space-size=256';
process.exitCode = await run('vitest', [
  ...['run', '--project', 'unit'],
  ...['test/unit/config/every-format.test.ts', 'test/unit/config/growth.test.ts'],
  'test/unit/resolve/resolve-version.test.ts',
]);
