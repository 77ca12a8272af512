// Builds everything that runs outside the tests into dist/:
//   dist/extension.js   what VS Code loads for every script and note (CommonJS, only `vscode` external)
//   dist/features.js    the rest of the extension, loaded when a file could start QEMU or a command is used
//   dist/worker.js      what explores and simulates, in threads of their own
//   dist/model.js       the machine and what reads it, which both of them load
//   dist/cli.js         the command line (`irqpath`), one executable file for Node 20 and later
//   dist/webview/       the panel: ES modules, split so that Mermaid is loaded when first needed
// Flags: --production (minified), --watch, --meta (writes dist/meta/*.json for bundle analysers).
import * as esbuild from 'esbuild';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { asCommonJs } from './scripts/build/as-common-js.mts';
import { onlySequenceDiagrams } from './scripts/build/only-sequence-diagrams.mts';
import { thirdPartyLicenses } from './scripts/build/third-party-licenses.mts';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const meta = process.argv.includes('--meta');

/** @satisfies {esbuild.BuildOptions} */
const common = {
  bundle: true,
  // ES modules first: the UMD form of jsonc-parser loads its parts in a way that no bundler can follow.
  mainFields: ['module', 'main'],
  minify: production,
  // The maps stay out of the VSIX (.vscodeignore); they serve whoever builds from source.
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'info',
  plugins: [announceWatch()],
};

/** @satisfies {esbuild.BuildOptions} */
const extensionHost = {
  format: 'cjs',
  // `platform` also decides what the import '#env' means: see "imports" in package.json.
  platform: 'node',
  target: 'node22',
  external: ['vscode'],
  // `require`, which VS Code has taught what 'vscode' is.
  supported: { 'dynamic-import': false },
};

/** @type {Record<string, esbuild.BuildOptions>} */
const bundles = {
  extension: {
    ...common,
    ...extensionHost,
    entryPoints: ['src/extension/extension.ts'],
    outfile: 'dist/extension.js',
    plugins: [...common.plugins, loadedLater('./features.ts', './features.js')],
  },
  features: {
    ...common,
    ...extensionHost,
    entryPoints: { features: 'src/extension/features.ts', worker: 'src/extension/env/node/worker.ts' },
    outdir: 'dist',
    // Only ES modules can be split; `asCommonJs` makes them what VS Code loads.
    format: 'esm',
    splitting: true,
    chunkNames: 'model',
    write: false,
    plugins: [...common.plugins, asCommonJs()],
  },
  cli: {
    ...common,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli.js',
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    banner: { js: '#!/usr/bin/env node' },
    plugins: [...common.plugins, executable('dist/cli.js')],
  },
  webview: {
    ...common,
    entryPoints: ['src/webview/main.ts', 'src/webview/main.css'],
    outdir: 'dist/webview',
    format: 'esm',
    splitting: true,
    platform: 'browser',
    target: 'es2024',
    chunkNames: 'chunks/[name]-[hash]',
    assetNames: 'assets/[name]',
    loader: { '.ttf': 'file' },
    plugins: [...common.plugins, onlySequenceDiagrams()],
  },
};

/**
 * Leaves an imported module in a file of its own.
 * @param {string} source
 * @param {string} built
 * @returns {esbuild.Plugin}
 */
function loadedLater(source, built) {
  return {
    name: 'loaded-later',
    setup(build) {
      build.onResolve({ filter: /./ }, ({ path }) =>
        path === source ? { path: built, external: true } : undefined,
      );
    },
  };
}

/**
 * Makes the written file one that a shell can start.
 * @param {string} path
 * @returns {esbuild.Plugin}
 */
function executable(path) {
  return {
    name: 'executable',
    setup(build) {
      build.onEnd(async ({ errors }) => {
        if (errors.length === 0) await chmod(path, 0o755);
      });
    },
  };
}

/**
 * Says when a rebuild starts and ends, in the words that the problem matcher in .vscode/tasks.json waits for.
 * @returns {esbuild.Plugin}
 */
function announceWatch() {
  let running = 0;
  return {
    name: 'announce-watch',
    setup(build) {
      if (!watch) return;
      build.onStart(() => {
        if (running++ === 0) console.log('[watch] build started');
      });
      build.onEnd(() => {
        if (--running === 0) console.log('[watch] build finished');
      });
    },
  };
}

await rm('dist', { recursive: true, force: true });
await mkdir(meta ? 'dist/meta' : 'dist', { recursive: true });

if (watch) {
  const contexts = await Promise.all(Object.values(bundles).map((options) => esbuild.context(options)));
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  const outcomes = await Promise.allSettled(
    Object.entries(bundles).map(async ([name, options]) => {
      const { metafile } = await esbuild.build({ ...options, metafile: true });
      if (meta) await writeFile(`dist/meta/${name}.json`, JSON.stringify(metafile));
      return metafile;
    }),
  );
  const built = outcomes.filter((outcome) => outcome.status === 'fulfilled');
  await writeFile('dist/THIRD-PARTY-LICENSES.txt', thirdPartyLicenses(built.map(({ value }) => value)));
  // esbuild has printed the errors with their places.
  if (built.length < outcomes.length) process.exitCode = 1;
}
