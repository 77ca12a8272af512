// `npm run test:host`: the in-host suite in a real VS Code (server and Chromium). Needs a build (`npm run build`).
import { run } from './lib/run.mts';
import { runHostSuite } from './vscode-host/host-suite.mts';

const built = await run(process.execPath, ['scripts/build/host-tests.mts']);
process.exitCode = built === 0 ? await runHostSuite() : built;
