import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { paths, SlidePage } from '@gigascope/contracts/http';
import { openApiHome } from '../test/support/api-process.ts';
import { largeSlide, uploadThroughKills } from '../test/support/killed-upload.ts';
import type { Benchmark } from './benchmark.ts';

const UPLOAD_BYTES = 2_000_000_000;
const GOAL_BYTES = 300_000_000;

/** Peak resident memory (VmHWM) of each of the API's processes while a tus client sends 2 GB and two of them are killed. */
export const tusUpload: Benchmark = {
  description: 'a tus client sends 2 GB while the API is killed twice',
  async run(say) {
    await using home = await openApiHome();
    const path = await largeSlide(home.folder, UPLOAD_BYTES);
    const sha256 = createHash('sha256');
    await pipeline(createReadStream(path), sha256);
    const expected = sha256.digest('hex');
    const kills = [0.3 * UPLOAD_BYTES, 0.7 * UPLOAD_BYTES];
    const { upload, offsets, peaksBytes, seconds, url } = await uploadThroughKills(home, path, UPLOAD_BYTES, kills);
    const { items } = SlidePage.parse(await (await fetch(url + paths.slides)).json());
    const drafts = await readdir(join(home.blobsFolder, 'incoming/uploads'));
    const isWhole = upload.state === 'ready' && upload.sha256 === expected;
    const isAlone = items.length === 1 && items[0]?.sha256 === expected && drafts.length === 0;
    const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)}`;
    const peakBytes = Math.max(...peaksBytes);
    const rate = `${Math.round(UPLOAD_BYTES / 1e6 / seconds)} MB/s`;
    say(`${upload.state} after ${seconds.toFixed(1)} s with two restarts; SHA-256 ${isWhole ? 'right' : 'WRONG'}`);
    say(`went on at ${offsets.map(megabytes).join(' and ')} MB; ${items.length} slide, ${drafts.length} drafts left`);
    return [
      {
        name: 'tus upload of 2 GB, killed twice: peak memory',
        goal: '< 300 MB',
        reached: `${megabytes(peakBytes)} MB`,
        met: isWhole && isAlone && offsets.length === kills.length && peakBytes < GOAL_BYTES,
        peer: `${peaksBytes.map(megabytes).join(', ')} MB of the three processes; ${rate}`,
        command: 'npm run bench -- tus-upload',
      },
    ];
  },
};
