import type { FinishInput, StageOutcome } from '@gigascope/analysis';
import type { BundleManifest, ManifestOf, ModelManifest } from '@gigascope/contracts';
import { MANIFEST, outputsOf, PARAMETERS, planOf, STAMP } from './samples.ts';
import { detectManifest, inferred, pipelineManifest, segmentManifest } from './tasks.ts';

/** White, as large as half of a slide of 600 × 400 px. */
const thumbnail = { width: 300, height: 200, data: new Uint8Array(300 * 200 * 3).fill(240) };
const SIZE = { widthL0: 600, heightL0: 400, thumbnail } as const;

/** What `finish` takes for a bundle and its stages. */
export function finishInput(manifest: BundleManifest, ...stages: StageOutcome[]): FinishInput {
  return { slideName: 's.svs', manifest, stages, parameters: PARAMETERS, stamp: STAMP };
}

/** 600 × 400 px at 0.243 µm/px, 5 × 4 cells, of which one is 0.9 and the rest `otherwise`. */
export function classified(otherwise = 0.1, hit = { col: 3, row: 1 }): StageOutcome<ManifestOf<'classify'>> {
  const plan = planOf(SIZE);
  const outputs = outputsOf(plan, (col, row) => (col === hit.col && row === hit.row ? 0.9 : otherwise));
  return { manifest: MANIFEST, plan, outputs };
}

/** A box in target pixels of the slide. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly score: number;
  readonly kind: number;
}

/** 600 × 400 px at 0.5 µm/px with these boxes, each seen by the windows that hold it whole. */
export async function detected(
  boxes: readonly Box[],
  own: Partial<ManifestOf<'detect'>> = {},
  tissue?: (columns: number, rows: number) => Uint8Array<ArrayBuffer>,
): Promise<StageOutcome<ManifestOf<'detect'>>> {
  const manifest = detectManifest(own);
  const plan = planOf({
    ...SIZE,
    ...{ mpp: { x: 0.5, y: 0.5 }, manifest, blockCells: 1, stage: own.name === 'second' ? 1 : 0 },
    ...(tissue !== undefined && { tissue }),
  });
  const { patchSizePx, stridePx } = manifest;
  const outputs = await inferred(plan, manifest, (col, row) => {
    const halo = Math.floor((patchSizePx - stridePx) / 2);
    const [left, top] = [col * stridePx - halo, row * stridePx - halo];
    const rows = boxes.map(({ x, y, side, score, kind }) => [
      x - left,
      y - top,
      x - left + side,
      y - top + side,
      score,
      kind,
    ]);
    return Float32Array.from(
      rows
        .filter(([x0 = 0, y0 = 0, x1 = 0, y1 = 0]) => x0 >= 0 && y0 >= 0 && x1 <= patchSizePx && y1 <= patchSizePx)
        .flat(),
    );
  });
  return { manifest, plan, outputs };
}

/** A rectangle of one class in target pixels of the slide. */
export interface Patch {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly kind: number;
}

/** A slide of 300 × 200 px at 1 µm/px with these rectangles, as a network sees them that is 0.9 sure of everything. */
export async function segmented(
  patches: readonly Patch[],
  own: Partial<ManifestOf<'segment'>> = {},
  tissue?: (columns: number, rows: number) => Uint8Array<ArrayBuffer>,
): Promise<StageOutcome<ManifestOf<'segment'>>> {
  const manifest = segmentManifest({ patchSizePx: 64, outputSizePx: 64, stridePx: 48, ...own });
  const plan = planOf({
    ...{ widthL0: 300, heightL0: 200, mpp: { x: 1, y: 1 }, manifest, blockCells: 3, thumbnail },
    ...(tissue !== undefined && { tissue }),
  });
  const { classes, outputSizePx: side } = manifest;
  const outputs = await inferred(plan, manifest, (col, row) => {
    const start = -Math.floor((64 - 48) / 2);
    const answer = new Float32Array(classes.length * side * side);
    for (let at = 0; at < side * side; at++) {
      const [x, y] = [col * 48 + start + (at % side), row * 48 + start + Math.floor(at / side)];
      const here = patches.find((p) => x >= p.x && y >= p.y && x < p.x + p.width && y < p.y + p.height);
      for (let c = 0; c < classes.length; c++)
        answer[c * side * side + at] = c === (here?.kind ?? 0) ? 0.9 : 0.1 / (classes.length - 1);
    }
    return answer;
  });
  return { manifest, plan, outputs };
}

/** A pipeline's two stages: the first calls `normal` what is not tumour, the second reads boxes. */
export async function graded(
  boxes: readonly Box[],
  tissue?: (columns: number, rows: number) => Uint8Array<ArrayBuffer>,
) {
  const first = classified();
  const second = await detected(boxes, { name: 'second' }, tissue);
  return finishInput(pipelineManifest(), first, second as StageOutcome<ModelManifest>);
}
