import { defineConfig } from 'vitest/config';

/** What may draw into a page. */
const OF_THE_PAGE = ['test/unit/webview/**/*.test.ts'];

const BY_NODE_ALONE = {
  // The unit tests give way to whatever else runs.
  testTimeout: 120_000,
  // No file changes what another one sees: all of a worker load the model once, and draw into one page.
  isolate: false,
  unstubGlobals: true,
  // Vite makes a look-up of each use of an imported name, which takes the timed runs half of their speed and the
  // explorer a sixth. Without mocks of modules, there is nothing for a loader to do.
  experimental: { viteModuleRunner: false, nodeLoader: false },
  execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
};

/** `unit` and `unit-page` need Node only; `journeys` drives the packaged extension in a real VS Code. */
export default defineConfig({
  test: {
    // The explorer's tests take minutes: every processor helps, the one of the main thread too.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: OF_THE_PAGE,
          ...BY_NODE_ALONE,
        },
      },
      { test: { name: 'unit-page', include: OF_THE_PAGE, environment: 'jsdom', ...BY_NODE_ALONE } },
      {
        test: {
          name: 'journeys',
          include: ['test/journeys/**/*.test.ts'],
          globalSetup: ['test/journeys/setup/vscode.ts'],
          // One VS Code, one journey after the other: the machines that run this have few processors.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 30_000 } },
          chaiConfig: { truncateThreshold: 0 },
        },
      },
    ],
  },
});
