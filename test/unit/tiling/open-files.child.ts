/** Opens each file named on standard input, reads from it, and prints one line of JSON about it. */
import { createInterface } from 'node:readline';
import { GigascopeError } from '@gigascope/contracts';
import { openSlide, readThumbnail } from '@gigascope/tiling';

async function tryFile(path: string): Promise<string> {
  try {
    await using reader = await openSlide(path);
    for (const { index, widthPx, heightPx } of reader.metadata.levels) {
      const [x, y] = [Math.floor(widthPx / 2), Math.floor(heightPx / 2)];
      await reader.readRegion({ level: index, x, y, width: 64, height: 64 });
    }
    for (const name of reader.metadata.associatedImages) await reader.readAssociated(name);
    await readThumbnail(reader, 64);
    return 'read';
  } catch (error) {
    return error instanceof GigascopeError ? error.code : `UNTYPED ${String(error)}`;
  }
}

for await (const path of createInterface({ input: process.stdin })) {
  const began = performance.now();
  const outcome = await tryFile(path);
  console.log(JSON.stringify({ path, outcome, ms: Math.round(performance.now() - began) }));
}
