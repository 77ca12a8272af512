// The layers, as a check: `npm run lint` fails on an import that goes up.
// test/unit/house/layers.test.ts shows that each rule below really refuses.

/** Bottom first. A folder of src/ may import from those before it. */
const LAYERS = [
  'base',
  'engine',
  'machine',
  'costs',
  'facts',
  'paths',
  'catalog',
  'config',
  'resolve',
  'trace',
  'analysis',
  'diagram',
  'protocol',
];

/** The edges: nothing imports from them, not even from one to the other. */
const EDGES = ['extension', 'webview', 'cli'];

const upwards = LAYERS.map((layer, height) => ({
  name: `layer-${layer}`,
  comment: `src/${layer} may import only from ${LAYERS.slice(0, height).join(', ') || 'nothing'}.`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: `^src/(${[...LAYERS.slice(height + 1), ...EDGES].join('|')})/` },
}));

const edges = EDGES.map((edge) => ({
  name: `edge-${edge}`,
  comment: `src/${edge} is an edge: what it shares with another one lives in a layer.`,
  severity: 'error',
  from: { path: `^src/${edge}/` },
  to: { path: `^src/(${EDGES.filter((other) => other !== edge).join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...upwards,
    ...edges,
    {
      name: 'webview-imports-little',
      comment: 'What the panel needs to know reaches it in messages; it imports base, protocol and diagram.',
      severity: 'error',
      from: { path: '^src/webview/' },
      to: { path: '^src/', pathNot: '^src/(base|protocol|diagram|webview|analysis)/' },
    },
    {
      name: 'webview-takes-types-of-analysis-only',
      comment: 'The panel shows a Simulation, it does not make one.',
      severity: 'error',
      from: { path: '^src/webview/' },
      to: { path: '^src/analysis/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'vscode-in-extension-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/extension/' },
      to: { path: '^vscode$' },
    },
    {
      name: 'node-in-edges-only',
      comment: 'Everything below the edges also runs in a browser.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(extension|cli)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'node-in-env-node-only',
      comment: "The extension's other files must run in a browser's extension host too.",
      severity: 'error',
      from: { path: '^src/extension/', pathNot: '^src/extension/env/node/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'mermaid-in-webview-only',
      comment: 'Mermaid is large and needs a browser.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/webview/' },
      to: { path: '(^|node_modules/)mermaid(/|$)' },
    },
    {
      name: 'src-stands-alone',
      comment: 'What is shipped imports neither tests nor scripts.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      comment: 'The import finds no file and no installed package.',
      severity: 'error',
      from: { path: '^(src|test|scripts)/' },
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
    {
      name: 'orphan',
      comment: 'Nothing imports this module and it imports nothing: is it still needed?',
      severity: 'warn',
      from: { orphan: true, path: '^src/', pathNot: '\\.d\\.ts$' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mts', '.mjs', '.js', '.json', '.css', '.d.ts'],
    },
  },
};
