import { Problem, paths, type ReviewSummary } from '@gigascope/contracts/http';
import { type FhirElement, nameUuid } from '@gigascope/exchange';
import { Message } from 'node-hl7-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterFinished } from '../support/finished-analysis.ts';
import { enterReadySlide } from '../support/ready-slide.ts';
import { type Caller, callerWith, openReview, signedReview } from '../support/review-samples.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { sampleAnalysis, TENANT_A } from '../support/store-samples.ts';
import { faultsOf } from '../unit/exchange/fhir-validators.ts';

let api: RunningApi;
let lab: Caller;
let first: Caller;
let second: Caller;
let adjudicator: Caller;
beforeAll(async () => {
  api = await startApi({}, 'keys');
  [lab, first, second, adjudicator] = await Promise.all([
    callerWith(api, 'viewer'),
    callerWith(api, 'reviewer'),
    callerWith(api, 'reviewer'),
    callerWith(api, 'adjudicator'),
  ]);
});
afterAll(() => api?.[Symbol.asyncDispose]());

async function enter(): Promise<string> {
  const { slideId, result } = await enterReadySlide(api);
  await api.store.slides.edit(TENANT_A, slideId, { caseRef: 'S26-0001', patientRef: 'P-77', blockRef: 'A1' }, null);
  return enterFinished(api.store, api.workerStore, { tenantId: TENANT_A, slideId, result });
}

type Resource = FhirElement & { readonly resourceType: string };
async function fhir(id: string): Promise<{ bundle: object; report: Resource; observations: Resource[] }> {
  const bundle = await lab.json<{ entry: { resource: Resource }[] }>('GET', paths.fhir(id));
  const resources = bundle.entry.map(({ resource }) => resource);
  const report = resources.find(({ resourceType }) => resourceType === 'DiagnosticReport');
  if (report === undefined) throw new Error('no report');
  return { bundle, report, observations: resources.filter(({ resourceType }) => resourceType === 'Observation') };
}

async function hl7(id: string): Promise<{ text: string; at: (path: string) => string }> {
  const text = await (await lab.ask('GET', paths.oru(id))).text();
  const message = new Message({ text });
  return { text, at: (path) => message.get(path).toString() };
}
const obx = (text: string): string[][] =>
  text
    .split('\r')
    .filter((line) => line.startsWith('OBX|'))
    .map((line) => line.split('|'));

describe('an analysis that nobody has reviewed', () => {
  it('is a preliminary DiagnosticReport, valid by R4’s schema, with the laboratory’s own references', async () => {
    const id = await enter();
    const response = await lab.ask('GET', paths.fhir(id));
    expect(response.headers.get('content-type')).toMatch(/^application\/fhir\+json/);
    const { bundle, report, observations } = await fhir(id);
    expect(faultsOf(bundle)).toEqual([]);
    const system = `urn:uuid:${TENANT_A}`;
    expect(report).toMatchObject({
      status: 'preliminary',
      basedOn: [{ identifier: { system, value: 'S26-0001' } }],
      subject: { identifier: { system, value: 'P-77' } },
      specimen: [{ identifier: { system, value: 'A1' } }],
    });
    // The score and two lesions.
    expect(observations.map(({ status }) => status)).toEqual(['preliminary', 'preliminary', 'preliminary']);
    expect(bundle).toMatchObject({ identifier: { value: `urn:uuid:${nameUuid(`${id}/bundle`)}` } });
  });

  it('is an ORU^R01 of status P that a library parses, in segments that end in CR', async () => {
    const id = await enter();
    const response = await lab.ask('GET', paths.oru(id));
    expect(response.headers.get('content-type')).toBe('x-application/hl7-v2+er7; charset=utf-8');
    const { text, at } = await hl7(id);
    expect([at('MSH.9.1'), at('MSH.9.2'), at('OBR.2'), at('OBR.25'), at('PID.3.1'), at('SPM.2.2')]).toEqual([
      'ORU',
      'R01',
      'S26-0001',
      'P',
      'P-77',
      'A1',
    ]);
    expect(text).not.toContain('\n');
    expect(text.endsWith('\r')).toBe(true);
    expect(new Set(obx(text).map((fields) => fields[11]))).toEqual(new Set(['P']));
  });

  it('is refused while it is queued, and to whom may not read reviews', async () => {
    const { id } = await api.store.analyses.submit(TENANT_A, await sampleAnalysis(api.store));
    const uploader = await callerWith(api, 'uploader');
    for (const path of [paths.fhir(id), paths.oru(id)]) {
      expect(Problem.parse(await lab.json('GET', path)).code).toBe('RESULT_NOT_READY');
      expect(Problem.parse(await uploader.json('GET', path)).code).toBe('FORBIDDEN');
    }
  });
});

describe('a signed review', () => {
  it('makes both final, by its reader, without the lesion that it rejected', async () => {
    const id = await enter();
    const review = await openReview(first, id);
    const rejected = await first.json<ReviewSummary>(
      'PUT',
      paths.decision(review.id, 'lesion-2'),
      { verdict: 'reject', reason: 'artefact' },
      review.version,
    );
    const said = { confidence: 'definitely-tumour', comment: 'A | clear ^ case.' };
    const edited = await first.json<ReviewSummary>('PATCH', paths.review(review.id), said, rejected.version);
    expect((await fhir(id)).report['status']).toBe('preliminary');
    const signed = await first.json<ReviewSummary>('POST', paths.sign(review.id), undefined, edited.version);

    const { bundle, report, observations } = await fhir(id);
    expect(faultsOf(bundle)).toEqual([]);
    expect(report).toMatchObject({
      status: 'final',
      issued: signed.signedAt,
      resultsInterpreter: [{ identifier: { value: first.id } }],
      conclusion:
        'The reviewer’s confidence: definitely tumour. Findings by the reviewer: 1 rejected. A | clear ^ case. tests',
    });
    expect(observations.map(({ status }) => status)).toEqual(['final', 'final']);

    const { text, at } = await hl7(id);
    expect(at('OBR.25')).toBe('F');
    expect(new Set(obx(text).map((fields) => fields[4]))).toEqual(new Set(['score', 'lesion-1']));
    expect(new Set(obx(text).map((fields) => fields[11]))).toEqual(new Set(['F']));
    expect(text).toContain('A \\F\\ clear \\S\\ case.');
  });

  it('by two readers is preliminary until the third word, and of which the blinded are not told', async () => {
    const id = await enter();
    const blinded = await callerWith(api, 'reviewer');
    await openReview(blinded, id);
    await signedReview(first, id, 'definitely-tumour');
    expect((await fhir(id)).report['status']).toBe('final');
    expect(Problem.parse(await blinded.json('GET', paths.fhir(id))).code).toBe('FORBIDDEN');
    await signedReview(second, id, 'definitely-normal');
    expect((await fhir(id)).report['status']).toBe('preliminary');
    await signedReview(adjudicator, id, 'probably-tumour', { purpose: 'adjudication' });
    expect((await fhir(id)).report).toMatchObject({
      status: 'final',
      resultsInterpreter: [{ identifier: { value: adjudicator.id } }],
    });
  });
});
