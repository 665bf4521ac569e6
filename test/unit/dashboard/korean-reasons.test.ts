import { ERRORS } from '@gigascope/contracts';
import { expect, test } from 'vitest';
import { reasons } from '../../../services/dashboard/src/i18n/ko/reasons.ts';

test('every refusal and failure that the server knows is told in Korean, no two alike', () => {
  const told = Object.keys(ERRORS).map((code) => [code, /[가-힣]/.test(reasons[code as keyof typeof ERRORS] ?? '')]);
  expect(told.filter(([, isKorean]) => !isKorean)).toEqual([]);
  expect(new Set(Object.values(reasons)).size).toBe(told.length);
});
