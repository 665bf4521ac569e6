import { GigascopeError } from '@gigascope/contracts';
import { expect, it } from 'vitest';
import { type Runs, SerialEngine } from '../../../packages/models/src/engines/serial-engine.ts';
import { patches, smallInception } from './small-classifier.ts';

/** A card that has no memory for more than `most` pictures; a picture's probability is its first byte. */
function smallCard(most: number): Runs & { readonly sizes: number[] } {
  const sizes: number[] = [];
  return {
    sizes,
    description: { runtime: 'card 1.0', provider: 'cuda' },
    run: async (data, [size, side]) => {
      sizes.push(size);
      if (size > most) throw new GigascopeError('OUT_OF_MEMORY', 'CUDA failure 2: out of memory');
      expect(data.length).toBe(size * side * side * 3);
      const rows = Array.from({ length: size }, (_, k) => (data[k * side * side * 3] as number) / 255);
      return { data: Float32Array.from(rows.flatMap((p) => [p, 1 - p, 0])), dims: [size, 3] };
    },
    release: async () => {},
  };
}

it('halves its runs until they fit, keeps to it, and gives every picture its own answer', async () => {
  const card = smallCard(3);
  await using engine = new SerialEngine(card, smallInception(8));
  const data = patches(8, 75);
  const first = (k: number): number => Math.fround((data[k * 75 * 75 * 3] as number) / 255);
  const expected = Array.from({ length: 7 }, (_, k) => first(k));
  const { answers } = await engine.infer({ data, count: 7 });
  expect(answers.map((answer) => answer[0])).toEqual(expected);
  expect(card.sizes).toEqual([8, 4, 2, 2, 2, 2]);
  await engine.infer({ data, count: 3 });
  expect(card.sizes.slice(6)).toEqual([2, 2]);
});

it('is OUT_OF_MEMORY when one picture alone does not fit', async () => {
  await using engine = new SerialEngine(smallCard(0), smallInception(4));
  await expect(engine.infer({ data: patches(4, 75), count: 4 })).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
});
