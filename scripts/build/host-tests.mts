// Builds test/host/ into out/host/: the in-host suite as CommonJS, one file for each test file. `vscode` comes
// from the extension host, mocha from node_modules (it must be the one instance that the suite runs).
import * as esbuild from 'esbuild';
import { rm } from 'node:fs/promises';

await rm('out/host', { recursive: true, force: true });
await esbuild.build({
  entryPoints: ['test/host/suite.ts', 'test/host/*.test.ts'],
  outdir: 'out/host',
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node22',
  external: ['vscode', 'mocha'],
  sourcemap: 'inline',
  logLevel: 'warning',
});
