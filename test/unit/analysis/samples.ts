import {
  AnalysisParameters,
  type AnalysisPlan,
  type ManifestOf,
  type ModelManifest,
  type Stamp,
} from '@gigascope/contracts';
import { createPatchGrid, planBlocks } from '@gigascope/tiling';
import { draftOf } from '../models/small-classifier.ts';

export const PARAMETERS: AnalysisParameters = AnalysisParameters.parse({ blockCells: 64 });

export const STAMP: Stamp = {
  slideSha256: 'a'.repeat(64),
  modelSha256: 'b'.repeat(64),
  codeVersion: '0.1.0',
  parameters: PARAMETERS,
  runtime: 'onnxruntime-node 1.0.0',
  provider: 'cpu',
  processor: 'x64 test',
};

/** 299-px patches over cells of 128 px at 0.243 µm/px, two classes, threshold 0.5, NMS radius 186.7 µm. */
export const MANIFEST: ManifestOf<'classify'> = {
  ...draftOf(299, ['normal', 'tumour']),
  task: 'classify',
  stridePx: 128,
  mpp: 0.243,
  nmsRadiusUm: 186.7,
  parameterCount: 1,
  files: {},
  golden: { file: 'golden.rgb', expected: [0.5, 0.5], tolerance: 1e-4 },
};

export interface PlanOptions {
  readonly widthL0: number;
  readonly heightL0: number;
  readonly mpp?: { readonly x: number; readonly y: number };
  readonly source?: AnalysisPlan['spacing']['source'];
  /** 1 on tissue; row-major over the grid. Default: everywhere. */
  readonly tissue?: (columns: number, rows: number) => Uint8Array<ArrayBuffer>;
  readonly thumbnail?: AnalysisPlan['thumbnail'];
  /** Default: MANIFEST. */
  readonly manifest?: Pick<ModelManifest, 'mpp' | 'patchSizePx' | 'stridePx'>;
  /** Side of a block in the manifest's cells. */
  readonly blockCells?: number;
  readonly stage?: number;
}

/** A plan for a slide of which nothing but its size is known. */
export function planOf(options: PlanOptions): AnalysisPlan {
  const { widthL0, heightL0, mpp = { x: 0.243, y: 0.243 }, source = 'vendor', manifest = MANIFEST } = options;
  const spacing = { ...mpp, source };
  const metadata: AnalysisPlan['metadata'] = {
    vendor: 'memory',
    widthL0,
    heightL0,
    levels: [{ index: 0, widthPx: widthL0, heightPx: heightL0, downsample: 1 }],
    mpp: spacing,
    objectivePower: null,
    backgroundRgb: [255, 255, 255],
    boundsL0: null,
    associatedImages: [],
    properties: { 'aperio.Patient': 'nobody' },
  };
  const grid = createPatchGrid({ ...manifest, metadata, spacing, targetMpp: manifest.mpp });
  const tissueCells = options.tissue?.(grid.columns, grid.rows) ?? new Uint8Array(grid.columns * grid.rows).fill(1);
  return {
    stage: options.stage ?? 0,
    metadata,
    spacing,
    grid: grid.summary,
    tissueShare: tissueCells.reduce((sum, cell) => sum + cell, 0) / tissueCells.length,
    tissueCells,
    blocks: planBlocks(grid, tissueCells, options.blockCells ?? PARAMETERS.blockCells),
    thumbnail: options.thumbnail ?? { width: 1, height: 1, data: new Uint8Array(3).fill(255) },
    resolutionLow: grid.resolutionLow,
    outOfScope: null,
  };
}

/** A classifying stage's output of every block, from a function of the cell. */
export function outputsOf(
  plan: AnalysisPlan,
  probability: (col: number, row: number) => number,
): Map<number, Uint8Array<ArrayBuffer>> {
  return new Map(
    plan.blocks.map((block) => {
      const values: number[] = [];
      for (let row = block.rowHeat; row < block.rowHeat + block.rows; row += 1) {
        for (let col = block.colHeat; col < block.colHeat + block.columns; col += 1) {
          if (plan.tissueCells[row * plan.grid.columns + col] === 1) values.push(probability(col, row));
        }
      }
      return [block.index, new Uint8Array(Float32Array.from(values).buffer)];
    }),
  );
}
