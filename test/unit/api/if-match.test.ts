import { describe, expect, it } from 'vitest';
import { versionsOf } from '../../../services/api/src/reviews/if-match.ts';

const versions = (text: string | undefined) => versionsOf({ 'if-match': text });

describe('the versions that If-Match names', () => {
  it.each([
    ['"7"', [7]],
    ['"7", "12"', [7, 12]],
    ['W/"7"', []],
    ['W/"7", "8"', [8]],
    ['7', []],
    ['"seven"', []],
  ])('of %s are %j', (text, named) => {
    expect(versions(text)).toEqual(named);
  });

  it.each([undefined, '*', ' * '])('of %s are none that can be edited', (text) => {
    expect(() => versions(text)).toThrow(expect.objectContaining({ code: 'EDIT_UNCONDITIONAL' }));
  });
});
