import { beginBlock } from '@gigascope/analysis';
import type { AnalysisPlan, Block, ManifestOf, ModelManifest } from '@gigascope/contracts';
import { MANIFEST } from './samples.ts';

const { nmsRadiusUm: _radius, positiveClass: _positive, ...SHARED } = MANIFEST;

/** Windows of `patchSizePx` over cells of `stridePx`, at 1 µm/px. */
export function segmentManifest(own: Partial<ManifestOf<'segment'>> = {}): ManifestOf<'segment'> {
  return {
    ...SHARED,
    task: 'segment',
    classes: ['background', 'nucleus'],
    mpp: 1,
    patchSizePx: 16,
    outputSizePx: 16,
    stridePx: 12,
    merge: 'blend',
    simplifyUm: 0,
    minAreaUm2: 0,
    growPx: 0,
    objects: true,
    ...own,
  };
}

/** Windows of 288 px over cells of 192: what lies in a core plus its margin is seen whole. */
export function detectManifest(own: Partial<ManifestOf<'detect'>> = {}): ManifestOf<'detect'> {
  return {
    ...SHARED,
    task: 'detect',
    classes: ['positive', 'negative'],
    output: { name: 'detections', meaning: 'boxes' },
    mpp: 0.5,
    patchSizePx: 288,
    stridePx: 192,
    nmsIou: 0.5,
    exclusive: true,
    maxObjectPx: 64,
    marginPx: 16,
    maxPerPatch: 100,
    ...own,
  };
}

/** A pipeline that reads, in the cells called normal, boxes that are positive or negative. */
export function pipelineManifest(own: Partial<ManifestOf<'pipeline'>> = {}): ManifestOf<'pipeline'> {
  const { schemaVersion, name, version, title, scope, licence, intendedUse, trainingData, figures, files } = SHARED;
  return {
    ...{ schemaVersion, name, version, title, scope, licence, intendedUse, trainingData, figures, files },
    task: 'pipeline',
    classes: ['positive', 'negative'],
    stages: [
      { name: 'regions', folder: 'regions' },
      { name: 'capillaries', folder: 'capillaries' },
    ],
    regions: { class: 'normal', threshold: 0.5 },
    positiveClass: 'positive',
    grading: 'banff-c4d',
    ...own,
  };
}

/** Numbers in [0, 1) that follow from the seed alone (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same items in an order that follows from the seed. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const next = randomNumbers(seed);
  return items
    .map((item) => ({ item, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** The inferred cells of a block, row-major. */
export function cellsIn(plan: AnalysisPlan, block: Block): { col: number; row: number }[] {
  const rows = Array.from({ length: block.rows }, (_, k) => block.rowHeat + k);
  const columns = Array.from({ length: block.columns }, (_, k) => block.colHeat + k);
  return rows
    .flatMap((row) => columns.map((col) => ({ col, row })))
    .filter(({ col, row }) => plan.tissueCells[row * plan.grid.columns + col] === 1);
}

/** Every block's output for a network that answers by a function of the cell; blocks and patches come in an order by the seed. */
export async function inferred(
  plan: AnalysisPlan,
  manifest: ModelManifest,
  answer: (col: number, row: number) => Float32Array<ArrayBuffer>,
  seed = 1,
): Promise<Map<number, Uint8Array<ArrayBuffer>>> {
  const outputs = new Map<number, Uint8Array<ArrayBuffer>>();
  for (const block of shuffled(plan.blocks, seed)) {
    const collector = beginBlock(plan, manifest, block);
    const cells = [...cellsIn(plan, block).entries()];
    for (const [place, { col, row }] of shuffled(cells, seed + block.index)) collector.add(place, answer(col, row));
    outputs.set(block.index, await collector.pack());
  }
  return outputs;
}
