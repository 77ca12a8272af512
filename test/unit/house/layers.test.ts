import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// The check of `npm run lint`, run once over a tree of files made for it: each file breaks at most one rule.

/** File → its text, with the rule that it breaks, or null if it breaks none. */
const FILES: Readonly<Record<string, readonly [text: string, breaks: string | null]>> = {
  ...importing('src/paths/down.ts', 'src/machine/qemu/part.ts', null),
  ...importing('src/cli/down.ts', 'src/analysis/simulate.ts', null),
  ...importing('src/webview/down.ts', 'src/protocol/messages.ts', null),
  ...importing('src/extension/down.ts', 'src/protocol/messages.ts', null),
  'src/webview/type.ts': [
    `import type { x } from '../analysis/simulate.ts';\nexport type A = typeof x;\n`,
    null,
  ],
  'src/extension/editor.ts': [using('vscode'), null],
  'src/extension/env/node/files.ts': [using('node:fs'), null],
  'src/cli/files.ts': [using('node:fs'), null],

  ...importing('src/base/up.ts', 'src/facts/facts.ts', 'layer-base'),
  ...importing('src/engine/up.ts', 'src/machine/qemu/part.ts', 'layer-engine'),
  ...importing('src/paths/up.ts', 'src/analysis/simulate.ts', 'layer-paths'),
  ...importing('src/trace/up.ts', 'src/analysis/simulate.ts', 'layer-trace'),
  ...importing('src/diagram/up.ts', 'src/protocol/messages.ts', 'layer-diagram'),
  ...importing('src/protocol/up.ts', 'src/extension/view.ts', 'layer-protocol'),
  ...importing('src/config/up.ts', 'src/cli/print.ts', 'layer-config'),
  'src/engine/type.ts': [
    `import type { x } from '../facts/facts.ts';\nexport type A = typeof x;\n`,
    'layer-engine',
  ],
  ...importing('src/cli/sideways.ts', 'src/extension/view.ts', 'edge-cli'),
  ...importing('src/extension/sideways.ts', 'src/webview/row.ts', 'edge-extension'),
  ...importing('src/webview/deep.ts', 'src/costs/profile.ts', 'webview-imports-little'),
  ...importing('src/webview/value.ts', 'src/analysis/simulate.ts', 'webview-takes-types-of-analysis-only'),
  'src/analysis/editor.ts': [using('vscode'), 'vscode-in-extension-only'],
  'src/cli/editor.ts': [using('vscode'), 'vscode-in-extension-only'],
  'src/config/files.ts': [using('node:fs'), 'node-in-edges-only'],
  'src/webview/files.ts': [using('fs'), 'node-in-edges-only'],
  'src/extension/files.ts': [using('node:fs'), 'node-in-env-node-only'],
  'src/diagram/mermaid.ts': [using('mermaid'), 'mermaid-in-webview-only'],
  // A cycle is reported once, at one of its files.
  'src/base/cycle.ts': [`import { b } from './cycle-b.ts';\nexport const a = () => b;\n`, null],
  'src/base/cycle-b.ts': [`import { a } from './cycle.ts';\nexport const b = () => a;\n`, 'no-cycles'],
  'src/base/missing.ts': [`import { b } from './not-there.ts';\nexport const a = b;\n`, 'resolvable'],
  'src/base/test.ts': [using('../../test/support.ts'), 'src-stands-alone'],
  'test/support.ts': [`export const support = 1;\n`, null],
};

function importing(from: string, to: string, breaks: string | null) {
  const depth = from.split('/').length - 1;
  const text = `import { x } from '${'../'.repeat(depth)}${to}';\nexport const y = x;\n`;
  return { [to]: ['export const x = 1;\n', null] as const, [from]: [text, breaks] as const };
}

function using(module: string) {
  return `import * as all from '${module}';\nexport const used = all;\n`;
}

let folder: string;
let violations: readonly { readonly from: string; readonly rule: { name: string; severity: string } }[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irq-path-explorer-layers-'));
  for (const [path, [text]] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  // A package that is installed: what is refused is the import of Mermaid, not that it is missing.
  mkdirSync(join(folder, 'node_modules/mermaid'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/mermaid/index.js'), 'export const mermaid = 1;\n');
  const depcruise = resolve('node_modules/.bin/depcruise');
  const args = ['--config', resolve('.dependency-cruiser.cjs'), '--output-type', 'json', 'src', 'test'];
  const { stdout } = spawnSync(depcruise, args, { cwd: folder, encoding: 'utf8' });
  ({ violations } = (JSON.parse(stdout) as { summary: { violations: typeof violations } }).summary);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the layer check', () => {
  it.each(Object.entries(FILES).filter(([, [, breaks]]) => breaks !== null))(
    'refuses the import in %s',
    (path, [, breaks]) => {
      const broken = violations.filter(({ from, rule }) => from === path && rule.severity === 'error');
      expect([...new Set(broken.map(({ rule }) => rule.name))]).toEqual([breaks]);
    },
  );

  it('accepts imports that go down, vscode in the extension and node in the edges', () => {
    const accepted = new Set(Object.keys(FILES).filter((path) => FILES[path]?.[1] === null));
    expect(violations.filter(({ from }) => accepted.has(from))).toEqual([]);
  });
});
