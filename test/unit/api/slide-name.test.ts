import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extensionOf, slideName } from '../../../services/api/src/uploads/slide-name.ts';

const header = { percentEncoded: true };

describe('the name that a person gives a slide', () => {
  it('is percent-decoded as UTF-8 and kept for showing', () => {
    expect(slideName('Gew%C3%A4chs%2012.SVS', header)).toBe('Gewächs 12.SVS');
  });

  it('loses its folders, of either kind of system', () => {
    expect(slideName('..%2F..%2Fetc%2Fpasswd', header)).toBe('passwd');
    expect(slideName('C:\\slides\\a.svs', { percentEncoded: false })).toBe('a.svs');
  });

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['spaces only', '%20%20'],
    ['a NUL', 'a%00.svs'],
    ['a line break', 'a%0d%0aSet-Cookie:x.svs'],
    ['no valid UTF-8', '%ff%fe'],
    ['256 characters', 'a'.repeat(256)],
    ['4 kB', '%C3%A4'.repeat(683)],
  ])('is refused when it is or holds %s', (_what, stated) => {
    expect(() => slideName(stated, header)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });

  it('gives an extension of 1 to 8 letters and digits in lower case, .bin where it has none, whatever it is', () => {
    expect(extensionOf('a.SVS')).toBe('.svs');
    expect(extensionOf('a.tar.gz')).toBe('.gz');
    expect(extensionOf('a')).toBe('.bin');
    expect(extensionOf('a.s/v')).toBe('.bin');
    expect(extensionOf('a.abcdefghi')).toBe('.bin');
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(extensionOf(name)).toMatch(/^\.[a-z0-9]{1,8}$/);
      }),
    );
  });
});
