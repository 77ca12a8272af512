import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { VSIX } from '../../scripts/lib/paths.mts';

/** What may be in the package; everything else is there by mistake. */
const EXPECTED = [
  /^package(\.nls(\.[a-z-]+)?)?\.json$/,
  /^(readme|changelog)\.md$/i,
  /^LICENSE\.txt$/,
  /^\.vsixmanifest$/,
  /^dist\/(extension|features|model|worker)\.js$/,
  /^dist\/THIRD-PARTY-LICENSES\.txt$/,
  /^dist\/webview\/main\.(js|css)$/,
  /^dist\/webview\/chunks\/[^/]+\.js$/,
  /^dist\/webview\/assets\/[^/]+\.ttf$/,
  /^docs\/images\/(?:first-light|\w+-vs-dark)\.png$/,
  /^media\/[^/]+\.(svg|png|json)$/,
  /^media\/qemu-args\.language\.json$/,
  /^samples\/[^/]+$/,
];

describe('the packaged extension', () => {
  const folder = inject('installedExtension');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(folder, file)).isFile(),
  );

  it('holds what runs and what a user reads, nothing else', () => {
    expect(files.filter((file) => !EXPECTED.some((pattern) => pattern.test(file)))).toEqual([]);
  });

  it('is small: next to nothing for files that start no QEMU, 2 MB to download', () => {
    expect(statSync(join(folder, 'dist/extension.js')).size).toBeLessThan(10_000);
    expect(statSync(join(folder, 'dist/features.js')).size).toBeLessThan(500_000);
    expect(statSync(join(folder, 'dist/model.js')).size).toBeLessThan(550_000);
    expect(statSync(join(folder, 'dist/worker.js')).size).toBeLessThan(20_000);
    expect(statSync(VSIX).size).toBeLessThan(2_000_000);
  });
});
