import type { BatchAnswers, Engine, EngineOptions, PatchBatch } from '@gigascope/models';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesTimes, patches, smallInception } from '../unit/models/small-classifier.ts';

const SIZE = 75;
const BYTES = SIZE * SIZE * 3;
const BATCH = 4;

/** What is stored of a probability (DESIGN.md section 4). */
const quantised = ({ answers }: BatchAnswers) =>
  answers.flatMap((answer) => [...answer].map((p) => Math.round(p * 65535)));

/** A batch of BATCH patches of which the first are those of `pool` at `indices`, the rest noise. */
function batchOf(pool: Uint8Array, indices: readonly number[], noise: number): PatchBatch {
  const data = patches(BATCH, SIZE, noise);
  indices.forEach((index, i) => {
    data.set(pool.subarray(index * BYTES, (index + 1) * BYTES), i * BYTES);
  });
  return { data, count: indices.length };
}

/** What every engine must do, whatever it runs on. */
export function describeEngine(name: string, make: (options: EngineOptions) => Promise<Engine>): void {
  describe(`the ${name} engine`, () => {
    const pool = patches(12, SIZE);
    let engine: Engine;
    /** Each patch of the pool, alone in its batch. */
    let alone: number[][];

    beforeAll(async () => {
      engine = await make(smallInception(BATCH));
      alone = [];
      for (let i = 0; i < 12; i++) alone.push(quantised(await engine.infer(batchOf(pool, [i], 99))));
    });
    afterAll(() => engine[Symbol.asyncDispose]());

    it('says what it runs on and how many patches of which size it takes', () => {
      expect(engine.description.runtime).toMatch(/^\S+ \d+\.\d+/);
      expect(engine.description.provider).not.toBe('');
      expect(engine).toMatchObject({ batchSize: 4, classes: 3, patchSizePx: 75, orientations: 1 });
    });

    it('gives 12 different patches 12 different predictions, each summing to 1', () => {
      expect(new Set(alone.map(String)).size).toBe(12);
      for (const p of alone) expect(p.reduce((a, b) => a + b, 0) / 65535).toBeCloseTo(1, 4);
    });

    it('gives a patch the same stored prediction whatever shares its batch and wherever it stands in it', async () => {
      const someOf12 = fc.array(fc.nat(11), { minLength: 1, maxLength: BATCH });
      await fc.assert(
        fc.asyncProperty(someOf12, fc.nat(1000), async (indices, noise) => {
          const inferred = await engine.infer(batchOf(pool, indices, noise));
          expect(inferred.answers).toHaveLength(indices.length);
          expect(quantised(inferred)).toEqual(indices.flatMap((i) => alone[i] ?? []));
        }),
        { numRuns: 25 },
      );
    });

    it('answers 6 batches that wait at once each with its own predictions, in order', async () => {
      const finished: number[] = [];
      const answers = await Promise.all(
        [0, 1, 2, 3, 4, 5].map(async (i) => {
          const inferred = await engine.infer(batchOf(pool, [i, i + 6], i));
          finished.push(i);
          return quantised(inferred);
        }),
      );
      expect(finished).toEqual([0, 1, 2, 3, 4, 5]);
      expect(answers).toEqual([0, 1, 2, 3, 4, 5].map((i) => [...(alone[i] ?? []), ...(alone[i + 6] ?? [])]));
    });

    it('gives the batch’s buffer back whole, with its bytes', async () => {
      const batch = batchOf(pool, [3, 4], 7);
      const before = batch.data.slice();
      const { data } = await engine.infer(batch);
      expect(Buffer.compare(data, before)).toBe(0);
      const again = await engine.infer({ data, count: 2 });
      expect(quantised(again)).toEqual([...(alone[3] ?? []), ...(alone[4] ?? [])]);
    });

    it.each([
      ['one byte too few', BATCH * BYTES - 1, 1],
      ['one byte too many', BATCH * BYTES + 1, 1],
      ['no patch', BATCH * BYTES, 0],
      ['5 patches of 4', BATCH * BYTES, 5],
      ['half a patch', BATCH * BYTES, 0.5],
    ])('refuses a batch with %s as ARGUMENT_INVALID and goes on', async (_, bytes, count) => {
      await expect(engine.infer({ data: new Uint8Array(bytes), count })).rejects.toMatchObject({
        code: 'ARGUMENT_INVALID',
      });
      expect(quantised(await engine.infer(batchOf(pool, [1], 1)))).toEqual(alone[1]);
    });

    it('finishes the 3 batches in hand when it is closed, and refuses a fourth as CANCELED', async () => {
      const closing = await make(smallInception(BATCH));
      const inHand = [0, 1, 2].map((i) => closing.infer(batchOf(pool, [i], i)));
      const closed = closing[Symbol.asyncDispose]();
      const fourth = closing.infer(batchOf(pool, [3], 3));
      await expect(fourth).rejects.toMatchObject({ code: 'CANCELED' });
      expect((await Promise.all(inHand)).map(quantised)).toEqual(alone.slice(0, 3));
      await closed;
      await closing[Symbol.asyncDispose]();
      await expect(closing.infer(batchOf(pool, [0], 0))).rejects.toMatchObject({ code: 'CANCELED' });
    });

    it('passes bytes of 51, 102, 102 times 1/255 as probabilities and refuses those that sum to 1.2 or exceed 1', async () => {
      await using bytes = await make(bytesTimes(1 / 255, 2));
      const infer = (...rgb: number[]) => bytes.infer({ data: Uint8Array.of(...rgb, 255, 255, 255), count: 1 });
      const { answers } = await infer(51, 102, 102);
      expect(answers).toHaveLength(1);
      expect(answers[0]).toHaveLength(3);
      [0.2, 0.4, 0.4].forEach((p, i) => {
        expect(answers[0]?.[i]).toBeCloseTo(p, 6);
      });
      await expect(infer(102, 102, 102)).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' });
      await using large = await make(bytesTimes(1 / 50, 2));
      const over = large.infer({ data: Uint8Array.of(51, 0, 0, 0, 0, 0), count: 1 });
      await expect(over).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' });
      await using infinite = await make(bytesTimes(Number.POSITIVE_INFINITY, 1));
      const nan = infinite.infer({ data: Uint8Array.of(0, 0, 0), count: 1 });
      await expect(nan).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' });
    });

    it('turns logits of 0, 0 and ln 2 · 100 / 100 into probabilities of 1/4, 1/4 and 1/2', async () => {
      const options = bytesTimes(Math.LN2 / 100, 1);
      const output = { name: 'probabilities', meaning: 'logits' } as const;
      await using logits = await make({ ...options, manifest: { ...options.manifest, output } });
      const { answers } = await logits.infer({ data: Uint8Array.of(0, 0, 100), count: 1 });
      [0.25, 0.25, 0.5].forEach((p, i) => {
        expect(answers[0]?.[i]).toBeCloseTo(p, 6);
      });
    });

    it('refuses bytes that are no model as MODEL_HASH_MISMATCH', async () => {
      const broken = make({ ...smallInception(1), model: new Uint8Array(100).fill(7) });
      await expect(broken).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' });
    });
  });
}
