/** A worker thread: reads the slide in `workerData` by 40 asynchronous reads and posts the hash of all pixels. */
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { loadOpenSlide } from 'node-openslide';

const slide = await loadOpenSlide().openAsync(workerData);
const reads = Array.from({ length: 40 }, (_, index) =>
  slide.readRegion({ xL0: index * 5, yL0: index, level: 0, widthPx: 90, heightPx: 90 }),
);
const hash = createHash('sha256');
for (const pixels of await Promise.all(reads)) hash.update(pixels);
await slide.closeAsync();
parentPort?.postMessage(hash.digest('hex'));
