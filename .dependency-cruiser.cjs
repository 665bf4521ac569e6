/** The direction of imports between folders (DESIGN.md section 1). Each room lists the rooms that it may open. */
const ROOMS = {
  'packages/cached-read': [],
  'packages/client': [],
  'packages/contracts': [],
  'packages/openslide': [],
  'packages/turbojpeg': [],
  'packages/jpeg-stream': [],
  'packages/plane-copy': [],
  'packages/processes': ['packages/contracts'],
  'packages/tiling': [
    'packages/contracts',
    'packages/jpeg-stream',
    'packages/openslide',
    'packages/plane-copy',
    'packages/turbojpeg',
  ],
  'packages/models': ['packages/contracts'],
  'packages/findings': ['packages/contracts'],
  'packages/tiff': [],
  'packages/exchange': ['packages/contracts'],
  'packages/phantom': ['packages/contracts', 'packages/tiff'],
  'packages/analysis': [
    'packages/contracts',
    'packages/processes',
    'packages/tiling',
    'packages/models',
    'packages/findings',
    'packages/tiff',
  ],
  'services/reader': ['packages/contracts', 'packages/processes', 'packages/tiling'],
  'services/engine': [
    'packages/contracts',
    'packages/processes',
    'packages/analysis',
    'packages/tiling',
    'packages/models',
  ],
  // findings is arithmetic without state: a reader's curve is made as a model's is.
  'services/api': [
    'packages/cached-read',
    'packages/contracts',
    'packages/exchange',
    'packages/findings',
    'packages/jpeg-stream',
    'packages/processes',
    'packages/store',
  ],
  'services/dashboard': ['packages/client', 'packages/contracts'],
  'services/worker': [
    'packages/contracts',
    'packages/processes',
    'packages/analysis',
    'packages/models',
    'packages/store',
  ],
  'services/cli': [
    'packages/contracts',
    'packages/exchange',
    'packages/processes',
    'packages/analysis',
    'packages/models',
    'packages/findings',
    'packages/phantom',
    'packages/store',
  ],
};

/** Libraries that only one room may import. */
const OWNERS = {
  koffi: ['packages/cached-read', 'packages/openslide', 'packages/plane-copy', 'packages/turbojpeg'],
  'onnxruntime-node': ['packages/models'],
  '@tensorflow/tfjs': ['packages/models'],
  '@tensorflow/tfjs-backend-wasm': ['packages/models'],
  '@bufbuild/protobuf': ['packages/models'],
  sharp: ['packages/analysis', 'packages/phantom', 'services/api', 'services/cli'],
  pg: ['packages/store'],
  kysely: ['packages/store'],
  bullmq: ['packages/store'],
  ioredis: ['packages/store'],
};

const rooms = Object.entries(ROOMS).map(([room, allowed]) => ({
  name: `${room}-opens-only-its-own-rooms`,
  severity: 'error',
  from: { path: `^${room}/` },
  to: { path: '^(packages|services|test|bench)/', pathNot: [room, ...allowed].map((path) => `^${path}/`) },
}));

const owners = Object.entries(OWNERS).map(([library, allowed]) => ({
  name: `${library}-has-an-owner`,
  severity: 'error',
  from: { path: '^(packages|services)/', pathNot: allowed.map((path) => `^${path}/`) },
  to: { path: `node_modules/${library}/` },
}));

module.exports = {
  forbidden: [
    ...rooms,
    ...owners,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/(generated|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
