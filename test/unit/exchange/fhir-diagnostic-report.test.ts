import { fhirDiagnosticReport } from '@gigascope/exchange';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { faultsOf } from './fhir-validators.ts';
import { LESIONS, ODD_NAME, RESULT, reportOf } from './samples.ts';

const Bundle = z.object({
  entry: z.array(z.object({ fullUrl: z.string(), resource: z.looseObject({ resourceType: z.string() }) })),
});

const resources = (bundle: unknown, type: string) =>
  Bundle.parse(bundle)
    .entry.map(({ resource }) => resource)
    .filter(({ resourceType }) => resourceType === type);

const review = { signedAt: '2026-11-26T08:00:00Z', reviewer: { id: 'r-1', name: 'R. One' }, conclusion: 'Agreed.' };
const grading = { scheme: 'banff-c4d', positive: 12, negative: 36, ratio: 0.25, grade: 2, reason: null } as const;

describe('a FHIR report', () => {
  test.each([
    ['a signed report', reportOf({ review })],
    ['a report that is not signed', reportOf()],
    [
      'a report of 200 lesions',
      reportOf({ lesions: Array.from({ length: 200 }, (_, k) => ({ ...LESIONS[0], rank: k + 1 })) as typeof LESIONS }),
    ],
    [
      'a report without references',
      reportOf({ references: { system: 'urn:oid:2.999.1', case: null, patientPseudonym: null, block: null } }),
    ],
    ['a report without score', reportOf({ lesions: [], result: { ...RESULT, score: null, positive: null } })],
    [
      'a report without any measure',
      reportOf({ lesions: [], result: { ...RESULT, score: null, scoreMeaning: 'none' } }),
    ],
    [
      'a graded report',
      reportOf({
        result: {
          ...RESULT,
          scoreMeaning: 'banff-grade',
          score: 2,
          grading,
          counts: [
            { class: 'ptc-positive', count: 12, areaUm2: null },
            { class: 'nucleus', count: 0, areaUm2: 12.5 },
          ],
        },
      }),
    ],
    [
      'a report without grade',
      reportOf({
        result: { ...RESULT, grading: { ...grading, grade: null, ratio: null, reason: 'Too few capillaries.' } },
      }),
    ],
    [
      'a report of odd names',
      reportOf({
        slideName: ODD_NAME,
        intendedUse: ' \n',
        review: { ...review, reviewer: { id: ODD_NAME, name: '\u0007' }, conclusion: ODD_NAME },
        references: { system: 'urn:x y', case: ODD_NAME, patientPseudonym: ' ', block: '\t' },
        result: {
          ...RESULT,
          model: { name: ODD_NAME, version: ' ', scope: '' },
          counts: [{ class: ODD_NAME, count: 1, areaUm2: 2 }],
        },
      }),
    ],
  ])('%s is valid by the R4 schema and profiles', (_what, report) => {
    expect(faultsOf(fhirDiagnosticReport(report))).toEqual([]);
  });

  test('the validators do find faults: a status that R4 does not have, and a member that it does not know', () => {
    const bundle = structuredClone(fhirDiagnosticReport(reportOf())) as {
      entry: { resource: Record<string, unknown> }[];
    };
    const [report] = bundle.entry;
    if (report === undefined) throw new Error('no report');
    report.resource['status'] = 'done';
    expect(faultsOf(bundle)).not.toEqual([]);
    report.resource['status'] = 'final';
    report.resource['verdict'] = 'x';
    expect(faultsOf(bundle)).not.toEqual([]);
  });

  test('everything is preliminary until a review is signed, and final after', () => {
    const statuses = (signed: typeof review | null) =>
      Bundle.parse(fhirDiagnosticReport(reportOf({ review: signed }))).entry.map(({ resource }) => resource['status']);
    expect(new Set(statuses(null))).toEqual(new Set(['preliminary', undefined]));
    expect(new Set(statuses(review))).toEqual(new Set(['final', undefined]));
  });

  test('the report names each of its 3 observations and the device by the entries’ own addresses', () => {
    const bundle = fhirDiagnosticReport(reportOf());
    const urls = new Map(Bundle.parse(bundle).entry.map(({ fullUrl, resource }) => [fullUrl, resource.resourceType]));
    const [report] = resources(bundle, 'DiagnosticReport');
    const results = z.array(z.object({ reference: z.string() })).parse(report?.['result']);
    expect(results.map(({ reference }) => urls.get(reference))).toEqual(['Observation', 'Observation', 'Observation']);
    const [score] = resources(bundle, 'Observation');
    expect(urls.get(z.object({ reference: z.string() }).parse(score?.['device']).reference)).toBe('Device');
    expect(score?.['valueQuantity']).toMatchObject({ value: 0.97123, code: '1' });
    expect(score?.['interpretation']).toMatchObject([{ coding: [{ code: 'POS' }] }]);
  });

  test('the same report gives the same bytes, and each analysis its own addresses', () => {
    const text = (analysisId?: string) =>
      JSON.stringify(fhirDiagnosticReport(reportOf(analysisId === undefined ? {} : { analysisId })));
    expect(text()).toBe(text());
    const urls = (of: string) => [...of.matchAll(/urn:uuid:[0-9a-f-]{36}/g)].map(([url]) => url);
    expect(urls(text('another')).filter((url) => urls(text()).includes(url))).toEqual([]);
  });

  test('of 200 lesions 50 are observations, and the conclusion says so', () => {
    const lesions = Array.from({ length: 200 }, (_, k) => ({ ...LESIONS[0], rank: k + 1 })) as typeof LESIONS;
    const bundle = fhirDiagnosticReport(reportOf({ lesions }));
    expect(resources(bundle, 'Observation')).toHaveLength(51);
    expect(resources(bundle, 'DiagnosticReport')[0]?.['conclusion']).toBe(
      'The first 50 of 200 lesions are listed. Research. Not for diagnosis.',
    );
  });

  test('case, patient and block are identifiers in the laboratory’s realm, and no Patient is sent', () => {
    const bundle = fhirDiagnosticReport(reportOf());
    expect(resources(bundle, 'Patient')).toEqual([]);
    expect(resources(bundle, 'DiagnosticReport')[0]).toMatchObject({
      subject: { type: 'Patient', identifier: { system: 'urn:oid:2.999.1', value: 'P-77' } },
      basedOn: [{ type: 'ServiceRequest', identifier: { value: 'S26-0001' } }],
      specimen: [{ type: 'Specimen', identifier: { value: 'A1' } }],
    });
  });
});
