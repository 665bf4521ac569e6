import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConstantSlide } from '@gigascope/phantom';
import { openApiHome, paddedSlide, peakMemoryBytes, uploadStream } from '../test/support/api-process.ts';
import type { Benchmark } from './benchmark.ts';

const UPLOAD_BYTES = 5_000_000_000;
const GOAL_BYTES = 300_000_000;

/** Peak resident memory of the API's process before and after one upload of 5 GB, as the kernel counts it (VmHWM). */
export const uploadMemory: Benchmark = {
  description: 'memory of the API while 5 GB are uploaded',
  async run(say) {
    await using home = await openApiHome();
    const out = join(home.folder, 'slide.svs');
    await createConstantSlide({ out, widthPx: 900, heightPx: 700, rgb: [190, 120, 170], format: 'aperio' });
    const slide = await readFile(out);
    const { child, url } = await home.start();
    const idleBytes = await peakMemoryBytes(child.pid ?? 0);
    const startedMs = performance.now();
    const response = await uploadStream(url, paddedSlide(slide, UPLOAD_BYTES));
    const seconds = (performance.now() - startedMs) / 1000;
    const peakBytes = await peakMemoryBytes(child.pid ?? 0);
    const rate = `${Math.round(UPLOAD_BYTES / 1e6 / seconds)} MB/s`;
    say(`answered ${response.status} after ${seconds.toFixed(1)} s, ${rate}`);
    return [
      {
        name: 'upload of 5 GB: peak memory of the API',
        goal: '< 300 MB',
        reached: `${Math.round(peakBytes / 1e6)} MB`,
        met: response.status === 201 && peakBytes < GOAL_BYTES,
        peer: `${Math.round(idleBytes / 1e6)} MB before the upload; ${rate}`,
        command: 'npm run bench -- upload-memory',
      },
    ];
  },
};
