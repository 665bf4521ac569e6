import type { AnalysisResult, Detection, Lesion, Segment } from '@gigascope/contracts';
import type { ExportSource, LabReport } from '@gigascope/exchange';

/** A name that breaks every format that forgets to escape. */
export const ODD_NAME = `a & b <c> "d" | 'e' ^ ~ \\ é 核\n=1+1,`;

export const LESIONS: readonly Lesion[] = [
  {
    rank: 1,
    xL0: 12064.5,
    yL0: 8192,
    probability: 0.97123,
    diameterUm: 2310,
    diameterUncertaintyUm: 31,
    areaUm2: 1_250_000,
    sizeClass: 'macro',
  },
  {
    rank: 2,
    xL0: 100,
    yL0: 200.25,
    probability: 0.5,
    diameterUm: 150,
    diameterUncertaintyUm: 31,
    areaUm2: 9000,
    sizeClass: 'itc',
  },
];

export const DETECTIONS: readonly Detection[] = [
  { rank: 1, class: 'ptc-positive', probability: 0.9, x0L0: 10.25, y0L0: 20, x1L0: 30.5, y1L0: 41.75 },
  { rank: 2, class: ODD_NAME, probability: 0.4, x0L0: 100, y0L0: 100, x1L0: 110, y1L0: 105 },
];

/** A square of 100 px with a hole of 20 px and one of 10 px. */
export const HOLED: Segment = {
  rank: 1,
  class: 'gland',
  probability: 0.8,
  areaUm2: 593.75,
  rings: [
    [1000, 2000, 1100, 2000, 1100, 2100, 1000, 2100],
    [1010, 2010, 1010, 2030, 1030, 2030, 1030, 2010],
    [1050, 2050, 1050, 2060, 1060, 2060, 1060, 2050],
  ],
};

export const SEGMENTS: readonly Segment[] = [
  HOLED,
  { rank: 2, class: ODD_NAME, probability: 0.6, areaUm2: 12.5, rings: [[5.5, 6.25, 9, 6.25, 9, 12]] },
];

export const RESULT: AnalysisResult = {
  schemaVersion: 1,
  state: 'succeeded',
  task: 'classify',
  slide: {
    name: 'slide.svs',
    metadata: {
      vendor: 'aperio',
      widthL0: 50_000,
      heightL0: 40_000,
      levels: [{ index: 0, widthPx: 50_000, heightPx: 40_000, downsample: 1 }],
      mpp: { x: 0.25, y: 0.25, source: 'vendor' },
      objectivePower: 40,
      backgroundRgb: [255, 255, 255],
      boundsL0: null,
      associatedImages: [],
    },
    mpp: { x: 0.25, y: 0.25, source: 'vendor' },
  },
  model: { name: 'metastasis', version: '0.3.0', scope: 'lymph node, H&E, human' },
  grid: { columns: 10, rows: 10, stridePx: 128, patchSizePx: 299, targetMpp: 0.25, cellL0: { x: 128, y: 128 } },
  tissue: { method: 'saturation', share: 0.31, cells: 4000 },
  score: 0.97123,
  scoreMeaning: 'highest-probability',
  threshold: 0.5,
  positive: true,
  lesions: [...LESIONS],
  counts: [],
  grading: null,
  stages: [{ name: 'metastasis', cells: 4000, blocks: 20, chosenCells: null }],
  warnings: [],
  stamp: {
    slideSha256: 'a'.repeat(64),
    modelSha256: 'b'.repeat(64),
    codeVersion: '0.1.0',
    parameters: {
      mppOverride: null,
      allowObjectivePower: false,
      tissue: null,
      threshold: null,
      nmsRadiusUm: null,
      orientations: 1,
      patchwise: false,
      blockCells: 16,
      force: false,
    },
    runtime: 'onnxruntime-node 1.30.0',
    provider: 'cpu',
    processor: 'x86_64',
  },
};

/** The same slide in MIRAX's way: scanned from (3000, 1500) on. */
export const WITH_BOUNDS: AnalysisResult = {
  ...RESULT,
  slide: {
    ...RESULT.slide,
    metadata: { ...RESULT.slide.metadata, boundsL0: { x: 3000, y: 1500, width: 20_000, height: 18_000 } },
  },
};

export const ANALYSIS_ID = '0190f3c2-7d4e-7abc-8def-0123456789ab';

export function sourceOf(parts: Partial<ExportSource> = {}): ExportSource {
  return {
    analysisId: ANALYSIS_ID,
    finishedAt: '2026-11-25T12:00:00.000Z',
    slideName: 'slide.svs',
    result: RESULT,
    model: { classes: ['ptc-negative', 'ptc-positive'], objects: true, intendedUse: 'Research. Not for diagnosis.' },
    lesions: [],
    detections: [],
    segments: [],
    pictures: [],
    ...parts,
  };
}

export function reportOf(parts: Partial<LabReport> = {}): LabReport {
  return {
    analysisId: ANALYSIS_ID,
    finishedAt: '2026-11-25T12:00:00.000Z',
    slideName: 'slide.svs',
    result: RESULT,
    lesions: LESIONS,
    intendedUse: 'Research. Not for diagnosis.',
    references: { system: 'urn:oid:2.999.1', case: 'S26-0001', patientPseudonym: 'P-77', block: 'A1' },
    review: null,
    ...parts,
  };
}

export async function textOf(chunks: AsyncIterable<string>): Promise<string> {
  return (await Array.fromAsync(chunks)).join('');
}
