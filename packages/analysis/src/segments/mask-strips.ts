import type { ManifestOf } from '@gigascope/contracts';
import { type MaskStrip, ObjectGrowth } from '@gigascope/findings';
import { type ProbabilityStrip, probabilityStrips } from './probability-strips.ts';

type Input = Parameters<typeof probabilityStrips>[0];

/** The slide's class mask at the model's spacing, strip by strip from the top: the most probable class, or with two classes the foreground from `threshold` on. */
export async function* maskStrips(input: Input, threshold: number, widthPx: number): AsyncGenerator<MaskStrip> {
  const growth = new ObjectGrowth(widthPx, input.manifest.growPx);
  for await (const strip of probabilityStrips(input)) {
    const grown = growth.add(decide(strip, input.manifest, threshold));
    if (grown.classes.length > 0) yield grown;
  }
  const rest = growth.finish();
  if (rest.classes.length > 0) yield rest;
}

function decide({ probabilities }: ProbabilityStrip, { classes }: ManifestOf<'segment'>, threshold: number): MaskStrip {
  const planes = classes.length - 1;
  const pixels = probabilities.length / planes;
  if (planes === 1) {
    return { classes: Uint8Array.from(probabilities, (p) => (p >= threshold ? 1 : 0)), probabilities };
  }
  const mask = { classes: new Uint8Array(pixels), probabilities: new Float32Array(pixels) };
  for (let k = 0; k < pixels; k++) {
    let background = 1;
    for (let plane = 0; plane < planes; plane++) background -= probabilities[plane * pixels + k] as number;
    let best = background;
    for (let plane = 0; plane < planes; plane++) {
      const p = probabilities[plane * pixels + k] as number;
      // Where nothing was inferred every class has 0 and the background 1.
      if (p <= best) continue;
      best = p;
      mask.classes[k] = plane + 1;
    }
    mask.probabilities[k] = Math.min(1, Math.max(0, best));
  }
  return mask;
}
