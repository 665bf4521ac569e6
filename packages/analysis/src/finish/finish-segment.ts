import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { AnalysisResult, ClassCount, ManifestOf, Segment } from '@gigascope/contracts';
import { type SegmentSettings, SegmentTracer, segmentsGeoJson } from '@gigascope/findings';
import { MaskPyramidWriter } from '@gigascope/tiff';
import { drawClassLegend } from '../pictures/class-legend.ts';
import { composeOverlay } from '../pictures/compose-overlay.ts';
import { Coverage } from '../pictures/coverage.ts';
import { maskStrips } from '../segments/mask-strips.ts';
import { gridOf } from '../stage-grid.ts';
import { composeResult } from './compose-result.ts';
import type { TaskFindings } from './findings.ts';
import type { StageInput } from './stage-outcome.ts';
import { write } from './write-output.ts';

const SOFTWARE = 'Gigascope';
/** Beside the output files; for whoever stores segments one by one. */
const SEGMENTS_FILE = '.segments.ndjson';

type Input = StageInput<ManifestOf<'segment'>>;

/**
 * Writes mask pyramid, outlines and overlay in one pass over the slide from top to bottom, in memory for a strip, the outlines
 * that are still open and the thumbnail. mask.tif holds 0 and 255 with one class beside the background, else class indices.
 */
export async function finishSegment(folder: string, input: Input): Promise<TaskFindings> {
  const { plan, manifest, parameters } = input;
  const { classes } = manifest;
  const threshold = parameters.threshold ?? manifest.threshold;
  const settings = tracerSettings(input);
  const size = { widthPx: settings.widthPx, heightPx: settings.heightPx };
  const title = `${manifest.name} ${manifest.version}: ${classes.slice(1).join(', ')}`;
  await using mask = await MaskPyramidWriter.create(join(folder, 'mask.tif'), {
    ...size,
    mpp: manifest.mpp,
    title: title.replaceAll(/[^\x20-\x7e]/g, '?'),
    software: SOFTWARE,
  });
  const coverage = new Coverage(plan.thumbnail, size, classes.length);
  const tally = new Tally(classes);
  const segmentsFile = join(folder, SEGMENTS_FILE);
  async function* segments(): AsyncGenerator<Segment> {
    const tracer = new SegmentTracer(settings);
    for await (const strip of maskStrips(input, threshold, size.widthPx)) {
      await mask.addRows(classes.length === 2 ? strip.classes.map((value) => value * 255) : strip.classes);
      coverage.add(strip.classes);
      yield* tracer.addStrip(strip);
    }
    yield* tracer.finish();
  }
  const listed = listedIn(segmentsFile, tally.counted(segments()));
  const geojson = await write(
    folder,
    'segments.geojson',
    segmentsGeoJson(listed, { classes, objects: manifest.objects }),
  );
  await mask.finish();
  const { counts } = tally;
  const overlay = await composeOverlay(plan, {
    colours: coverage.paint(classes),
    marks: '',
    legend: (width, top) => drawClassLegend(counts, classes.slice(1), width, top),
  });
  const result: AnalysisResult = composeResult({ ...input, stages: [input] }, { threshold, counts });
  const files = ['mask.tif', geojson, await write(folder, 'overlay.png', overlay)] as const;
  return { result, detections: [], segmentsFile, files };
}

function tracerSettings({ plan, manifest }: Input): SegmentSettings {
  const { lattice } = gridOf(plan, manifest);
  return {
    classes: manifest.classes,
    widthPx: lattice.width,
    heightPx: lattice.height,
    mpp: manifest.mpp,
    pixelL0: { x: 1 / lattice.targetPerL0.x, y: 1 / lattice.targetPerL0.y },
    slideL0: { width: plan.metadata.widthL0, height: plan.metadata.heightL0 },
    simplifyUm: manifest.simplifyUm,
    minAreaUm2: manifest.minAreaUm2,
  };
}

/** Passes segments on and keeps each as a line of JSON in a file. */
async function* listedIn(path: string, segments: AsyncIterable<Segment>): AsyncGenerator<Segment> {
  const file = createWriteStream(path);
  const written = finished(file);
  // A failure is met below; until then it must not count as unhandled.
  written.catch(() => undefined);
  try {
    for await (const segment of segments) {
      if (!file.write(`${JSON.stringify(segment)}\n`)) await Promise.race([once(file), written]);
      yield segment;
    }
  } finally {
    file.end();
    await written;
  }
}

async function once(file: NodeJS.EventEmitter): Promise<void> {
  await new Promise<void>((resolve) => file.once('drain', resolve));
}

/** Counts what passes, by class. */
class Tally {
  readonly #counts: Map<string, { count: number; areaUm2: number }>;

  constructor(classes: readonly string[]) {
    this.#counts = new Map(classes.slice(1).map((name) => [name, { count: 0, areaUm2: 0 }]));
  }

  get counts(): ClassCount[] {
    return [...this.#counts].map(([name, { count, areaUm2 }]) => ({ class: name, count, areaUm2 }));
  }

  async *counted(segments: AsyncIterable<Segment>): AsyncGenerator<Segment> {
    for await (const segment of segments) {
      const entry = this.#counts.get(segment.class);
      if (entry !== undefined) {
        entry.count += 1;
        entry.areaUm2 += segment.areaUm2;
      }
      yield segment;
    }
  }
}
