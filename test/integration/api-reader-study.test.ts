import { CONFIDENCES } from '@gigascope/contracts';
import { paths, ReaderStudy } from '@gigascope/contracts/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, callerWith, enterReadSlide, readReview, signedReview } from '../support/review-samples.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';

/** 4 tumour slides and 4 normal ones: the reader's step without a limit, against the clock, and the model's score. */
const SLIDES = [
  ['tumour', 4, 4, 0.9],
  ['tumour', 4, 2, 0.8],
  ['tumour', 3, 2, 0.7],
  ['tumour', 1, 0, 0.3],
  ['normal', 0, 0, 0.1],
  ['normal', 1, 2, 0.2],
  ['normal', 2, 2, 0.4],
  ['normal', 3, 4, 0.05],
] as const;

let api: RunningApi;
let calm: Caller;
let hurried: Caller;
let admin: Caller;
beforeAll(async () => {
  api = await startApi({}, 'keys');
  calm = await callerWith(api, 'reviewer');
  hurried = await callerWith(api, 'reviewer');
  admin = await callerWith(api, 'lab-admin');
  for (const [label, step, hurriedStep, score] of SLIDES) {
    const { slideId, analysisId } = await enterReadSlide(api, score);
    await signedReview(calm, analysisId, CONFIDENCES[step]);
    await signedReview(hurried, analysisId, CONFIDENCES[hurriedStep], { timeLimited: true });
    expect(await admin.json('PUT', paths.truth(slideId), { label })).toEqual({ slideId, label });
  }
});
afterAll(() => api?.[Symbol.asyncDispose]());

const study = async (query = ''): Promise<ReaderStudy> =>
  ReaderStudy.parse(await admin.json('GET', `${paths.readerStudy}${query}`));

describe('a reader study', () => {
  it('is 13 of 16 pairs for the calm reader, 8 for the hurried one, 15 for the model on the same slides', async () => {
    // Calm, 4 4 3 1 over 0 1 2 3: 4 + 4 + 3½ + 1½. Hurried, 4 2 2 0 over 0 2 2 4: 3½ + 2 + 2 + ½. Model: only 0.3 loses, once.
    const { readers, models } = await study();
    const of = (caller: Caller) => readers.find(({ reader }) => reader.id === caller.id);
    expect(of(calm)).toMatchObject({ timeLimited: false, roc: { positives: 4, negatives: 4, auc: 13 / 16 } });
    expect(of(hurried)).toMatchObject({ timeLimited: true, roc: { auc: 8 / 16 } });
    expect([of(calm)?.model?.auc, of(hurried)?.model?.auc]).toEqual([15 / 16, 15 / 16]);
    expect(models).toMatchObject([{ name: 'sample', roc: { positives: 4, negatives: 4, auc: 15 / 16 } }]);
    const { low = 1, high = 0 } = of(calm)?.roc.interval ?? {};
    expect(low).toBeLessThan(13 / 16);
    expect(high).toBeGreaterThan(13 / 16);
  });

  it('draws the calm reader’s 6 points from never to always', async () => {
    const { readers } = await study(`?readerId=${calm.id}`);
    expect(readers.map(({ roc }) => roc.points)).toEqual([
      [
        { falsePositiveRate: 0, sensitivity: 0 },
        { falsePositiveRate: 0, sensitivity: 0.5 },
        { falsePositiveRate: 0.25, sensitivity: 0.75 },
        { falsePositiveRate: 0.5, sensitivity: 0.75 },
        { falsePositiveRate: 0.75, sensitivity: 1 },
        { falsePositiveRate: 1, sensitivity: 1 },
      ],
    ]);
  });

  it('tells with from without a time limit, and one model from another', async () => {
    expect((await study('?timeLimited=true')).readers.map(({ reader }) => reader.id)).toEqual([hurried.id]);
    expect((await study('?timeLimited=false')).readers.map(({ reader }) => reader.id)).toEqual([calm.id]);
    expect(await study('?model=other')).toMatchObject({ readers: [], models: [] });
  });

  it('takes what was signed first, whatever was amended, and leaves out who had seen another’s review', async () => {
    const { slideId, analysisId } = await enterReadSlide(api, 0.6);
    await admin.ask('PUT', paths.truth(slideId), { label: 'tumour' });
    const { id, version } = await signedReview(calm, analysisId, 'definitely-tumour');
    const amended = await calm.json<{ version: number }>('POST', paths.amend(id), { reason: 'slip' }, version);
    const opposite = { confidence: 'definitely-normal' };
    const edited = await calm.json<{ version: number }>('PATCH', paths.review(id), opposite, amended.version);
    await calm.ask('POST', paths.sign(id), undefined, edited.version);
    await readReview(hurried, id);
    await signedReview(hurried, analysisId, 'definitely-tumour', { timeLimited: true });
    const { readers, notIndependent } = await study();
    // 5 tumour slides now: 13 pairs of 16 and 4 of 4.
    expect(readers.find(({ reader }) => reader.id === calm.id)?.roc).toMatchObject({ positives: 5, auc: 17 / 20 });
    expect(readers.find(({ reader }) => reader.id === hurried.id)?.roc).toMatchObject({ positives: 4, auc: 8 / 16 });
    expect(notIndependent).toBe(1);

    await admin.ask('PUT', paths.truth(slideId), { label: null });
    expect((await study()).readers.map(({ roc }) => roc.positives)).toEqual([4, 4]);
  });

  it('is for those who adjudicate', async () => {
    expect((await calm.ask('GET', paths.readerStudy)).status).toBe(403);
    const { slideId } = await enterReadSlide(api);
    expect((await calm.ask('PUT', paths.truth(slideId), { label: 'normal' })).status).toBe(403);
  });
});
