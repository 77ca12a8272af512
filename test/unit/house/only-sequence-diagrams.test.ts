import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { onlySequenceDiagrams } from '../../../scripts/build/only-sequence-diagrams.mts';

describe("the webview's Mermaid", () => {
  it('holds the sequence diagram and none of the other kinds, in less than 1 MB', async () => {
    const { metafile } = await build({
      stdin: {
        contents: `import mermaid from 'mermaid'; mermaid.initialize({});`,
        resolveDir: process.cwd(),
      },
      bundle: true,
      format: 'esm',
      splitting: true,
      minify: true,
      outdir: 'unwritten',
      write: false,
      metafile: true,
      plugins: [onlySequenceDiagrams()],
    });
    const inputs = Object.keys(metafile.inputs).join('\n');
    expect(inputs).toMatch(/sequenceDiagram-/);
    expect(inputs).not.toMatch(/flowDiagram-|ganttDiagram-|cytoscape|elkjs|katex/);
    const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
    expect(bytes).toBeLessThan(1_000_000);
  });
});
