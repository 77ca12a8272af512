import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Metafile } from 'esbuild';

/**
 * The licences of all packages that ended up in the bundles, as one text: what their authors ask whoever passes
 * them on to include. A package without a licence file is named with the licence that its package.json states.
 */
export function thirdPartyLicenses(metafiles: readonly Metafile[]): string {
  const bundled = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs)),
  );
  const folders = new Set(
    bundled
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
      .filter((folder) => folder !== undefined),
  );
  const entries = [...folders].sort().map(entry);
  return ['This extension contains these packages:', ...entries].join(`\n\n${'-'.repeat(78)}\n\n`) + '\n';
}

function entry(folder: string): string {
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Readonly<
    Record<string, string>
  >;
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const texts = files
    .filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8').trim());
  const title = `${manifest.name ?? folder} ${manifest.version ?? ''} (${manifest.license ?? 'see its text'})`;
  return [title, ...texts].join('\n\n');
}
