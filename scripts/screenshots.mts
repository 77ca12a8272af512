// `npm run screenshots`: packs the extension and lets journeys renew the documentation's pictures, those that are there.
import { run, runOrThrow } from './lib/run.mts';

/** The journeys in which these pictures are taken. */
const JOURNEYS = ['first-light', 'axe', 'races'];

await runOrThrow('npm', ['run', '--silent', 'package']);
const env = { IRQPATH_SCREENSHOTS: 'docs/images' };
process.exitCode = await run('vitest', ['run', '--project', 'journeys', ...JOURNEYS], { env });
