/** A child process: opens and reads each file that it is given, one line of JSON before and one after each. */
import { loadOpenSlide, OpenSlideError } from 'node-openslide';

const [library, ...files] = process.argv.slice(2);
const openslide = loadOpenSlide(library === '' ? undefined : library, { maxBufferBytes: 2 ** 24 });
for (const file of files) {
  console.log(JSON.stringify({ file, outcome: 'started' }));
  console.log(JSON.stringify({ file, outcome: await probe(file) }));
}

async function probe(file: string): Promise<string> {
  try {
    openslide.detectVendor(file);
    const slide = await openslide.openAsync(file);
    try {
      for (const name of Object.keys(slide.associatedImages)) await slide.readAssociatedImage(name);
      for (let level = 0; level < slide.levelCount; level += 1) {
        await slide.readRegion({ xL0: 0, yL0: 0, level, widthPx: 300, heightPx: 300 });
      }
      return 'read';
    } finally {
      await slide.closeAsync();
    }
  } catch (error) {
    return error instanceof OpenSlideError ? error.code : `foreign error: ${String(error)}`;
  }
}
