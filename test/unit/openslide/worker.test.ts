import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeTinySlide } from './tiny-slide.ts';

const folder = mkdtempSync(join(tmpdir(), 'openslide-worker-'));
const slideFile = join(folder, 'tiny.tif');
beforeAll(() => writeTinySlide(slideFile, 'jpeg'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('reads the same bytes in 4 worker threads at once, three times over, and lets each thread end', async () => {
  const hashes = new Set<string>();
  for (let round = 0; round < 3; round += 1) {
    const results = await Promise.all(Array.from({ length: 4 }, () => hashInWorker()));
    for (const hash of results) hashes.add(hash);
  }
  expect(hashes.size).toBe(1);
});

function hashInWorker(): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./reading-worker.ts', import.meta.url), { workerData: slideFile });
    let hash = 'no answer';
    worker.on('message', (message: string) => {
      hash = message;
    });
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve(hash) : reject(new Error(`exit code ${code}`))));
  });
}
