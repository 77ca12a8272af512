// `npm run screenshots`: packs the extension and lets the journeys renew the documentation's pictures.
import { run, runOrThrow } from './lib/run.mts';

await runOrThrow('npm', ['run', '--silent', 'package']);
const env = { IRQPATH_SCREENSHOTS: 'docs/images' };
process.exitCode = await run('vitest', ['run', '--project', 'journeys'], { env });
