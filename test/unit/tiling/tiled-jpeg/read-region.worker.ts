/** A thread that reads one region and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { type LevelRegion, openSlide } from '@gigascope/tiling';

const { path, region } = workerData as { path: string; region: LevelRegion };
await using reader = await openSlide(path);
parentPort?.postMessage((await reader.readRegion(region)).data);
