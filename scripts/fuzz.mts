// `npm run fuzz`: the readers of launch files against a hundred thousand damaged texts, and how long texts take.
import { run } from './lib/run.mts';

process.env.IRQPATH_FUZZ ??= '100000';
process.exitCode = await run('vitest', ['run', '--project', 'unit', 'test/unit/config/every-format.test.ts']);
