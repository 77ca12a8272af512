// `npm test`: everything that must hold, from types to a journey in a real VS Code, and the count at the end.
import { mkdir, rm } from 'node:fs/promises';
import { countHostSuite, countVitest } from './lib/count.mts';
import type { Count } from './lib/count.mts';
import { RESULTS } from './lib/paths.mts';
import { run } from './lib/run.mts';
import { requireChromium } from './vscode-host/chromium.mts';
import { installServer } from './vscode-host/install-server.mts';

interface Stage {
  readonly name: string;
  /** An npm script and its arguments. */
  readonly script: readonly string[];
  /** Gives way to everything else that runs, and shows its output only if it fails. */
  readonly isPatient?: boolean;
  /** How many tests the stage ran; a stage without tests counts only as having failed or not. */
  readonly count?: () => Count | undefined;
}

const TYPES: Stage = { name: 'types', script: ['typecheck'] };
/** These give way to a VS Code, which waits for its user and itself, and leaves a processor idle most of the time. */
const PATIENT: readonly Stage[] = [
  { ...vitest('unit tests', 'test:unit', 'unit'), isPatient: true },
  { name: 'lint, format and layers', script: ['lint'], isPatient: true },
];
const PACKAGE: Stage = { name: 'build and package', script: ['package'] };
/** A VS Code each: one after the other, because their patience has an end. */
const IN_VSCODE: readonly Stage[] = [
  {
    name: 'in-host suite',
    script: ['test:host'],
    count: () => countHostSuite(`${RESULTS}/host-suite.json`),
  },
  vitest('journeys', 'test:journeys', 'journeys'),
];

function vitest(name: string, script: string, report: string): Stage {
  const file = `${RESULTS}/${report}.json`;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  return { name, script: [script, '--', ...reporters], count: () => countVitest(file) };
}

await rm(RESULTS, { recursive: true, force: true });
await mkdir(RESULTS, { recursive: true });
await requireChromium();
await installServer();

let passed = 0;
let failed = 0;
const broken: string[] = [];
await perform(PACKAGE);
await perform(TYPES);
await Promise.all([inTurn(IN_VSCODE), ...PATIENT.map(perform)]);

if (broken.length > 0) console.log(`\nFailed: ${broken.join(', ')}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function inTurn(stages: readonly Stage[]): Promise<void> {
  for (const stage of stages) await perform(stage);
}

/** Runs a stage and counts what came of it. */
async function perform({ name, script, count, isPatient = false }: Stage): Promise<void> {
  const start = Date.now();
  console.log(`\n── ${name}`);
  const status = await run('npm', ['run', '--silent', ...script], { quiet: isPatient, isPatient });
  const counted = count?.();
  passed += counted?.passed ?? 0;
  failed += counted?.failed ?? 0;
  if (status !== 0) {
    broken.push(name);
    // A stage that fails without a test to show for it is one failure all the same.
    if ((counted?.failed ?? 0) === 0) failed++;
  }
  console.log(
    `── ${name}: ${status === 0 ? 'done' : 'FAILED'} in ${((Date.now() - start) / 1000).toFixed(1)} s`,
  );
}
