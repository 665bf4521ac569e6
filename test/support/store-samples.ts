import { randomBytes } from 'node:crypto';
import { AnalysisParameters, type AnalysisResult, type Block, type BundleManifest } from '@gigascope/contracts';
import { DEFAULT_TENANT_ID, type NewAnalysis, type Store, type StoredPlan } from '@gigascope/store';
import { asOwner } from './postgres.ts';

export const TENANT_A = DEFAULT_TENANT_ID;
export const TENANT_B = '00000000-0000-7000-8000-00000000000b';

export const addTenantB = (ownerUrl: string): Promise<unknown> =>
  asOwner(ownerUrl, 'INSERT INTO tenants (id, name) VALUES ($1, $2)', [TENANT_B, 'b']);

export const manifest: BundleManifest = {
  schemaVersion: 1,
  task: 'classify',
  name: 'sample',
  version: '1.0.0',
  title: 'A model that no test runs',
  architecture: 'none',
  classes: ['normal', 'tumour'],
  positiveClass: 'tumour',
  patchSizePx: 299,
  stridePx: 128,
  mpp: 0.5,
  input: { name: 'x', layout: 'NHWC', dtype: 'uint8', colour: 'RGB', normalisation: 'none' },
  output: { name: 'y', meaning: 'probabilities' },
  padding: 'mirror',
  threshold: 0.5,
  nmsRadiusUm: 100,
  scope: { organ: 'lymph node', stain: 'H&E', species: 'human' },
  licence: 'Apache-2.0',
  intendedUse: 'tests',
  trainingData: [],
  figures: {},
  parameterCount: 1,
  multiplyAddCount: 1,
  files: {},
  golden: { file: 'golden.bin', expected: [0.5, 0.5], tolerance: 1e-4 },
};

/** A slide that is ready and a model, entered for one laboratory: what an analysis needs. */
export async function sampleAnalysis(app: Store, tenantId = TENANT_A): Promise<NewAnalysis> {
  const slide = await app.slides.create(tenantId, {
    name: 'slide.tif',
    sizeBytes: 5_000_000_000,
    // The same bytes would be the same slide.
    sha256: randomBytes(32).toString('hex'),
    blobKey: 'blob',
  });
  await app.slides.setState(tenantId, slide.id, 'ready');
  const model = await app.models.register(manifest, 'b'.repeat(64), '/models/sample');
  return { slideId: slide.id, modelId: model.id, parameters: AnalysisParameters.parse({}) };
}

/** A plan of `count` blocks in a row with 4 tissue cells each. */
export function samplePlan(count: number): StoredPlan {
  const blocks: Block[] = Array.from({ length: count }, (_, index) => ({
    ...{ index, colHeat: index * 2, rowHeat: 0, columns: 2, rows: 2, tissueCells: 4 },
  }));
  return {
    stage: 0,
    metadata: {
      ...{
        vendor: 'test',
        widthL0: 1000,
        heightL0: 1000,
        mpp: null,
        objectivePower: null,
        backgroundRgb: [255, 255, 255],
      },
      ...{ levels: [{ index: 0, widthPx: 1000, heightPx: 1000, downsample: 1 }], boundsL0: null, associatedImages: [] },
      properties: {},
    },
    spacing: { x: 0.5, y: 0.5, source: 'request' },
    grid: {
      ...{ columns: Math.max(1, count * 2), rows: 2, stridePx: 128, patchSizePx: 299, targetMpp: 0.5 },
      cellL0: { x: 128, y: 128 },
    },
    tissueShare: 0.5,
    blocks,
    resolutionLow: false,
    outOfScope: null,
  };
}

export function sampleResult(blocks: number): AnalysisResult {
  const { grid, metadata, spacing } = samplePlan(blocks);
  const stamp = {
    ...{
      slideSha256: 'a'.repeat(64),
      modelSha256: 'b'.repeat(64),
      codeVersion: '1',
      parameters: AnalysisParameters.parse({}),
    },
    ...{ runtime: 'none', provider: 'none', processor: 'none' },
  };
  return {
    schemaVersion: 1,
    state: 'succeeded',
    task: 'classify',
    slide: { name: 'slide.tif', metadata, mpp: spacing },
    model: { name: 'sample', version: '1.0.0', scope: 'lymph node' },
    grid,
    tissue: { method: 'saturation', share: 0.5, cells: blocks * 4 },
    score: 0.875,
    scoreMeaning: 'highest-probability',
    threshold: 0.5,
    positive: true,
    lesions: [
      {
        ...{ rank: 1, xL0: 12.5, yL0: 64, probability: 0.875, diameterUm: 150, diameterUncertaintyUm: 64 },
        areaUm2: 9000,
        sizeClass: 'itc',
      },
      {
        ...{ rank: 2, xL0: 300, yL0: 1, probability: 0.5, diameterUm: 2500, diameterUncertaintyUm: 64 },
        areaUm2: 8e6,
        sizeClass: 'macro',
      },
    ],
    counts: [],
    grading: null,
    stages: [{ name: 'classify', cells: blocks * 4, blocks, chosenCells: null }],
    warnings: [],
    stamp,
  };
}
