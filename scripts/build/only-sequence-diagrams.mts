import type { Plugin } from 'esbuild';

/** The one module that Mermaid loads on demand and that a sequence diagram needs. */
const KEPT = /\/sequenceDiagram-[^/]+$/;

const LEFT_OUT = `throw new Error('This build of Mermaid draws sequence diagrams only');`;

/**
 * An esbuild plugin: of the modules that Mermaid loads on demand (diagram kinds, layout engines, KaTeX) only
 * the sequence diagram is bundled. All others become one module that rejects its import, so that a text of
 * another kind fails with a message and not with a missing file. Without it the panel would carry 5 MB of
 * flow charts, Gantt charts and layout engines that nothing here draws.
 */
export function onlySequenceDiagrams(): Plugin {
  return {
    name: 'only-sequence-diagrams',
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ kind, importer, path }) => {
        const loadedOnDemand =
          kind === 'dynamic-import' && /[\\/]node_modules[\\/]mermaid[\\/]/.test(importer);
        return loadedOnDemand && !KEPT.test(path)
          ? { path: 'left-out-of-mermaid', namespace: 'left-out' }
          : undefined;
      });
      build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: LEFT_OUT }));
    },
  };
}
