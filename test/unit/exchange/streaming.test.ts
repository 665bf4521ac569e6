import type { Segment } from '@gigascope/contracts';
import { EXPORT_FORMATS, type ExportFormatId, exportFindings } from '@gigascope/exchange';
import { describe, expect, test } from 'vitest';
import { heldBytes } from '../tiff/held-memory.ts';
import { sourceOf } from './samples.ts';

const COUNT = 100_000;
const STREAMED = (Object.keys(EXPORT_FORMATS) as ExportFormatId[]).filter(
  (id) => id !== 'camelyon-csv' && id !== 'html-report',
);

/** 40 points about (20, 20), in fiftieths of a pixel. */
const CIRCLE = Array.from(
  { length: 80 },
  (_, k) => 20 + Math.round(1000 * Math.cos((k >> 1) / 6.4 - (k % 2) * 1.6)) / 50,
);

/** Outlines of 40 points, made as they are asked for; `given` counts them. */
class Segments {
  given = 0;
  closed = false;

  async *[Symbol.asyncIterator](): AsyncGenerator<Segment> {
    try {
      for (let k = 0; k < COUNT; k++) {
        this.given += 1;
        const left = (k % 1000) * 40;
        const ring = CIRCLE.map((value) => left + value);
        yield { rank: k + 1, class: 'nucleus', probability: 0.75, areaUm2: 40, rings: [ring] };
      }
    } finally {
      this.closed = true;
    }
  }
}

describe.each(STREAMED)('%s', (id) => {
  test('reads no outline before it is asked for text, no more than a chunk of them after, and is closed when the reader leaves', async () => {
    const segments = new Segments();
    const chunks = exportFindings(id, sourceOf({ segments }));
    expect(segments.given).toBe(0);
    await chunks.next();
    expect(segments.given).toBeGreaterThan(10);
    expect(segments.given).toBeLessThan(500);
    await chunks.return();
    expect(segments.closed).toBe(true);
  });

  test('of 100,000 outlines holds under 16 MB at any time', async () => {
    await heldBytes();
    const before = process.memoryUsage().heapUsed;
    const segments = new Segments();
    let [length, chunkCount, most] = [0, 0, 0];
    for await (const chunk of exportFindings(id, sourceOf({ segments }))) {
      length += chunk.length;
      expect(chunk.length).toBeLessThan(80_000);
      chunkCount += 1;
      if (chunkCount % 200 !== 0) continue;
      await heldBytes();
      most = Math.max(most, process.memoryUsage().heapUsed - before);
    }
    expect(segments.given).toBe(COUNT);
    expect(length).toBeGreaterThan(30e6);

    expect(most).toBeLessThan(16 << 20);
  }, 120_000);
});
