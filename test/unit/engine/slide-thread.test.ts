import { join } from 'node:path';
import type { PatchBatch } from '@gigascope/analysis';
import { AnalysisParameters } from '@gigascope/contracts';
import { createConstantSlide } from '@gigascope/phantom';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReaderThreads } from '../../../services/engine/src/reader-threads.ts';
import { SlideThread } from '../../../services/engine/src/slide-thread.ts';
import { temporaryFolder } from '../../support/fixtures.ts';
import { MANIFEST } from '../analysis/samples.ts';

let work: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  work = await temporaryFolder();
  const slide = { widthPx: 1500, heightPx: 1001, rgb: [190, 120, 170] } as const;
  await createConstantSlide({ ...slide, out: join(work.path, 'good.tif') });
  const pixels = { create: { width: 600, height: 500, channels: 3, background: '#c080b0' } } as const;
  await sharp(pixels)
    .tiff({ tile: true, tileWidth: 256, tileHeight: 256, xres: 2.834, yres: 2.834 })
    .toFile(join(work.path, 'no-mpp.tif'));
});
const threads = new ReaderThreads();
afterAll(async () => {
  await threads[Symbol.asyncDispose]();
  await work[Symbol.asyncDispose]();
});

function start(name: string): SlideThread {
  const parameters = AnalysisParameters.parse({ tissue: 'none', blockCells: 4 });
  const path = join(work.path, name);
  const how = { parameters, stage: 0, regions: null };
  return new SlideThread(threads, { path, manifest: MANIFEST, how, squareCells: 1, batchSize: 3, buffers: 2 });
}

describe('SlideThread', () => {
  it('plans 6 blocks of 96 cells and cuts them all while batches come back', async () => {
    await using thread = start('good.tif');
    const plan = await thread.ready();
    expect(plan?.blocks.map(({ tissueCells }) => tissueCells)).toEqual([16, 16, 16, 16, 16, 16]);
    const perTicket = new Map<number, number>();
    thread.onBatch = ({ data, count, slots }) => {
      for (let i = 0; i < count; i += 1)
        perTicket.set(slots[2 * i] ?? -1, (perTicket.get(slots[2 * i] ?? -1) ?? 0) + 1);
      thread.recycle(data);
    };
    for (const block of plan?.blocks ?? []) thread.request(10 + block.index, block);
    await expect.poll(() => [...perTicket.values()], { timeout: 20_000 }).toEqual([16, 16, 16, 16, 16, 16]);
    expect([...perTicket.keys()]).toEqual([10, 11, 12, 13, 14, 15]);
    expect(thread.readMs).toBeGreaterThan(0);
  });

  it('stopped with 3 blocks under way and both buffers out, tells all 3 as CANCELED instead of leaving them open', async () => {
    const thread = start('good.tif');
    const plan = await thread.ready();
    const batches: PatchBatch[] = [];
    const errors: unknown[] = [];
    thread.onBatch = (batch) => batches.push(batch);
    thread.onError = (ticket, error) => errors.push({ ticket, error });
    for (const block of (plan?.blocks ?? []).slice(0, 3)) thread.request(block.index, block);
    await expect.poll(() => batches.length, { timeout: 20_000 }).toBe(2);
    await thread[Symbol.asyncDispose]();
    const canceled = expect.objectContaining({ code: 'CANCELED' });
    expect(errors).toEqual([0, 1, 2].map((ticket) => ({ ticket, error: canceled })));
    const [block] = plan?.blocks ?? [];
    if (block === undefined) throw new Error('no block');
    thread.request(3, block);
    expect(errors.at(-1)).toEqual({ ticket: 3, error: canceled });
  });

  it.each([
    ['no-mpp.tif', 'SPACING_UNKNOWN'],
    ['absent.tif', 'FILE_NOT_FOUND'],
  ])('for %s says %s, and can be stopped afterwards', async (name, code) => {
    const thread = start(name);
    await expect(thread.ready()).rejects.toMatchObject({ name: 'GigascopeError', code });
    await thread[Symbol.asyncDispose]();
  });
});
