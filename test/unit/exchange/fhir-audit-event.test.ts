import { type AuditEntry, fhirAuditEvent } from '@gigascope/exchange';
import { expect, test } from 'vitest';
import { OPERATIONS } from '../../support/operations.ts';
import { faultsOf } from './fhir-validators.ts';
import { ODD_NAME } from './samples.ts';

const ENTRY: AuditEntry = {
  seq: 17,
  at: '2026-11-25T12:00:00.123Z',
  actor: { kind: 'user', id: 'u-1', name: 'R. One' },
  action: 'getSlide',
  objectType: 'slides',
  objectId: '0190f3c2-7d4e-7abc-8def-0123456789ab',
  outcome: 'asked',
  requestId: 'req-1',
  hash: 'c'.repeat(64),
};

test.each([
  ['a view', ENTRY],
  ['an operation about no single object', { ...ENTRY, objectId: '' }],
  ['a refusal', { ...ENTRY, outcome: 'FORBIDDEN' }],
  [
    'odd names',
    {
      ...ENTRY,
      actor: { kind: ODD_NAME, id: ODD_NAME, name: ' ' },
      action: ODD_NAME,
      objectType: '',
      objectId: ODD_NAME,
      outcome: '',
      requestId: '',
      hash: '',
    },
  ],
])('%s is a valid R4 AuditEvent', (_what, entry) => {
  expect(faultsOf(fhirAuditEvent(entry))).toEqual([]);
});

test.each([
  ['getSlide', 'asked', 'R', undefined],
  ['submitAnalysis', 'asked', 'C', undefined],
  ['signReview', 'asked', 'U', undefined],
  ['revokeKey', 'asked', 'D', undefined],
  ['rotate', 'asked', 'E', undefined],
  ['getSlide', 'FORBIDDEN', 'R', '4'],
  ['getSlide', 'INTERNAL', 'R', '8'],
  ['getSlide', 'SOMETHING_NEW', 'R', '8'],
])('%s that ended as %s is action %s with outcome %s', (action, outcome, letter, code) => {
  const event = fhirAuditEvent({ ...ENTRY, action, outcome });
  expect([event['action'], event['outcome'], event['outcomeDesc']]).toEqual([letter, code, outcome]);
});

test('the chain’s sequence and hash and the request travel along', () => {
  expect(fhirAuditEvent(ENTRY)['entity']).toMatchObject([
    {
      what: { identifier: { system: 'urn:gigascope:slides', value: ENTRY.objectId } },
      detail: [
        { type: 'request', valueString: 'req-1' },
        { type: 'sequence', valueString: '17' },
        { type: 'hash', valueString: 'c'.repeat(64) },
      ],
    },
  ]);
});

test('every operation that only needs to read is a read, R', () => {
  const reads = Object.entries(OPERATIONS).filter(([, permission]) => permission.endsWith(':read'));
  expect(reads.length).toBeGreaterThan(50);
  for (const [action] of reads) expect([action, fhirAuditEvent({ ...ENTRY, action })['action']]).toEqual([action, 'R']);
});
