import { Worker } from 'node:worker_threads';
import { createOrtEngine, createOrtThreadEngine } from '@gigascope/models';
import { expect, it } from 'vitest';
import { engineOverThread } from '../../../packages/models/src/engines/ort-thread-engine.ts';
import { describeEngine } from '../../conformance/engine.ts';
import { patches, smallInception } from './small-classifier.ts';

describeEngine('onnxruntime', createOrtEngine);
describeEngine('onnxruntime thread', createOrtThreadEngine);

it('fails both waiting batches with NATIVE_CRASH when the inference thread dies, and every later one', async () => {
  const dying = new Worker(
    `const { parentPort } = require('node:worker_threads');
     parentPort.postMessage({ kind: 'ready', description: { runtime: 'dying 1.0', provider: 'cpu' } });
     let batches = 0;
     parentPort.on('message', () => { batches += 1; if (batches === 2) process.exit(134); });`,
    { eval: true },
  );
  await using engine = await engineOverThread(dying, smallInception(1));
  const infer = () => engine.infer({ data: patches(1, 75), count: 1 });
  const waiting = await Promise.allSettled([infer(), infer()]);
  expect(waiting.map((w) => w.status === 'rejected' && w.reason.code)).toEqual(['NATIVE_CRASH', 'NATIVE_CRASH']);
  await expect(infer()).rejects.toMatchObject({ code: 'NATIVE_CRASH' });
});

it('fails the waiting batch with OUT_OF_MEMORY when the inference thread exhausts its heap', async () => {
  // Small objects one by one: a thread that asks for much at once takes the whole process with it.
  const greedy = new Worker(
    `const { parentPort } = require('node:worker_threads');
     parentPort.postMessage({ kind: 'ready', description: { runtime: 'greedy 1.0', provider: 'cpu' } });
     parentPort.on('message', () => { let list; for (;;) list = { list }; });`,
    { eval: true, resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 } },
  );
  await using engine = await engineOverThread(greedy, smallInception(1));
  await expect(engine.infer({ data: patches(1, 75), count: 1 })).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
});

it('keeps the caller’s event loop turning while a batch of 16 is inferred in its thread', async () => {
  await using engine = await createOrtThreadEngine(smallInception(16));
  let turns = 0;
  const counting = setInterval(() => {
    turns += 1;
  }, 1);
  for (let i = 0; i < 10; i++) await engine.infer({ data: patches(16, 75, i), count: 16 });
  clearInterval(counting);
  expect(turns).toBeGreaterThan(3);
});
