import { defineConfig } from 'vitest/config';

/** Two projects: `unit` needs Node only; `journeys` drives the packaged extension in a real VS Code. */
export default defineConfig({
  test: {
    // The explorer's tests take minutes: every processor helps, the one of the main thread too.
    maxWorkers: '100%',
    projects: [
      {
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        test: {
          name: 'journeys',
          include: ['test/journeys/**/*.test.ts'],
          globalSetup: ['test/journeys/setup/vscode.ts'],
          // One VS Code, one journey after the other: the machines that run this have few processors.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
    ],
  },
});
