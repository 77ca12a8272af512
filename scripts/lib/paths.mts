import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** What the scripts download once and use again; ignored by git. */
export const DOWNLOADS = `${ROOT}/.vscode-test`;

/** Reports and pictures of the last test run; ignored by git. */
export const RESULTS = `${ROOT}/test-results`;

/** The packaged extension, as `npm run package` writes it. */
export const VSIX = `${ROOT}/irq-path-explorer.vsix`;

/** The workspace that the samples, the journeys and `npm start` show, and the launch file in it. */
export const SAMPLES = `${ROOT}/samples`;
export const SAMPLE_FILE = `${SAMPLES}/xgmac.sh`;
