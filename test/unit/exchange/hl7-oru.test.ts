import { hl7Oru, type LabReport } from '@gigascope/exchange';
import { Message } from 'node-hl7-client';
import { describe, expect, test } from 'vitest';
import { LESIONS, ODD_NAME, RESULT, reportOf } from './samples.ts';

const SENT = { sentAt: '2026-11-25T12:30:00.000Z', sendingFacility: 'LAB', receivingApplication: 'LIS' };
const write = (parts: Partial<LabReport> = {}) => hl7Oru(reportOf(parts), SENT);
const read = (parts: Partial<LabReport> = {}) => new Message({ text: write(parts) });

/** Fields of a segment; MSH counts its first separator as field 1. */
const fields = (text: string, name: string): string[][] =>
  text
    .split('\r')
    .filter((line) => line.startsWith(`${name}|`))
    .map((line) => line.split('|'));

const review = { signedAt: '2026-11-26T08:00:00Z', reviewer: { id: 'r-1', name: 'R. One' }, conclusion: 'Agreed.' };

describe('HL7 ORU^R01', () => {
  test('a library parses it: header, pseudonym, order, status', () => {
    const message = read();
    const at = (path: string) => message.get(path).toString();
    expect([at('MSH.9.1'), at('MSH.9.2'), at('MSH.9.3'), at('MSH.12'), at('MSH.7')]).toEqual([
      'ORU',
      'R01',
      'ORU_R01',
      '2.5.1',
      '20261125123000+0000',
    ]);
    expect([at('PID.3.1'), at('PID.3.4.2'), at('PID.3.4.3'), at('PID.3.5'), at('PID.5.7')]).toEqual([
      'P-77',
      '2.999.1',
      'ISO',
      'ANON',
      'S',
    ]);
    expect([at('OBR.2'), at('OBR.4.1'), at('OBR.25'), at('SPM.2.2')]).toEqual(['S26-0001', '11526-1', 'P', 'A1']);
  });

  test('segments end in CR, stand in the standard’s order, and OBX count from 1', () => {
    const text = write();
    expect(text).not.toContain('\n');
    expect(text.endsWith('\r')).toBe(true);
    const names = text
      .trimEnd()
      .split('\r')
      .map((line) => line.slice(0, 3));
    expect(names.filter((name, k) => name !== names[k - 1])).toEqual(['MSH', 'PID', 'OBR', 'NTE', 'OBX', 'SPM']);
    expect(fields(text, 'OBX').map(([, id]) => Number(id))).toEqual(Array.from({ length: 14 }, (_, k) => k + 1));
  });

  test('values keep their units, and those of one lesion one sub-id', () => {
    const obx = fields(write(), 'OBX').filter(([, , , , subId]) => subId === 'lesion-1');
    expect(obx.map(([, , type, , , value, unit]) => [type, value, unit])).toEqual([
      ['NM', '0.97123', '1^^UCUM'],
      ['NM', '12064.5', '{pixel}^px^UCUM'],
      ['NM', '8192', '{pixel}^px^UCUM'],
      ['NM', '2310', 'um^µm^UCUM'],
      ['NM', '1250000', 'um2^µm²^UCUM'],
      ['ST', 'Macrometastasis', ''],
    ]);
  });

  test('P until a review is signed, F after, X where there is no value', () => {
    const statuses = (text: string) => new Set(fields(text, 'OBX').map((line) => line[11]));
    expect(statuses(write())).toEqual(new Set(['P']));
    expect(statuses(write({ review }))).toEqual(new Set(['F']));
    expect(fields(write({ review }), 'OBR')[0]?.[32]).toBe('r-1&R. One');
    const none = fields(write({ result: { ...RESULT, score: null, positive: null } }), 'OBX')[0];
    expect([none?.[5], none?.[11]]).toEqual(['', 'X']);
  });

  test('delimiters in names are escaped, so that no segment has a field or component more', () => {
    const model = { name: ODD_NAME, version: ODD_NAME, scope: '' };
    const references = { system: ODD_NAME, case: ODD_NAME, patientPseudonym: ODD_NAME, block: ODD_NAME };
    const counts = [{ class: ODD_NAME, count: 1, areaUm2: 2 }];
    const odd = {
      references,
      result: { ...RESULT, model, counts },
      intendedUse: ODD_NAME,
      review: { ...review, conclusion: ODD_NAME },
    };
    const plain = { result: { ...RESULT, counts: [{ class: 'x', count: 1, areaUm2: 2 }] }, review };
    const shape = (text: string) =>
      text.split('\r').map((line) => line.split('|').map((field) => field.split(/[\^~]/).length));
    expect(shape(write(odd))).toEqual(shape(write(plain)));
    const [, , , id] = fields(write(odd), 'PID')[0] ?? [];
    expect(id).toBe(
      `a \\T\\ b <c> "d" \\F\\ 'e' \\S\\ \\R\\ \\E\\ é 核 =1+1,^^^&a \\T\\ b <c> "d" \\F\\ 'e' \\S\\ \\R\\ \\E\\ é 核 =1+1,&URI^ANON`,
    );
    expect(new Message({ text: write(odd) }).get('OBR.25').toString()).toBe('F');
  });

  test('0 lesions leave the score, and of 200 the first 50 are sent', () => {
    expect(fields(write({ lesions: [] }), 'OBX')).toHaveLength(2);
    const lesions = Array.from({ length: 200 }, (_, k) => ({ ...LESIONS[0], rank: k + 1 })) as typeof LESIONS;
    expect(fields(write({ lesions }), 'OBX')).toHaveLength(2 + 50 * 6);
    expect(fields(write({ lesions }), 'NTE')[0]?.[3]).toContain('The first 50 of 200 lesions are listed.');
  });

  test('the control id has at most 20 characters, and another message another', () => {
    const id = (sentAt: string) => fields(hl7Oru(reportOf(), { ...SENT, sentAt }), 'MSH')[0]?.[9];
    expect(id(SENT.sentAt)).toMatch(/^[0-9a-f]{20}$/);
    expect(id('2026-11-25T12:30:01.000Z')).not.toBe(id(SENT.sentAt));
  });
});
