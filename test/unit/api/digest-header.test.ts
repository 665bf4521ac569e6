import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedSha256 } from '../../../services/api/src/uploads/digest-header.ts';

/** SHA-256 of nothing (FIPS 180-4). */
const EMPTY_HEX = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const EMPTY_BASE64 = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

describe('the digest that a sender states', () => {
  it('is null when no header states one', () => {
    expect(expectedSha256({ 'content-type': 'application/octet-stream' })).toBeNull();
  });

  it.each([
    ['RFC 9530', { 'repr-digest': `sha-256=:${EMPTY_BASE64}:` }],
    ['RFC 9530 with a second algorithm before it', { 'repr-digest': `sha-512=:AAAA:, sha-256=:${EMPTY_BASE64}:` }],
    ['RFC 9530 over the content', { 'content-digest': `sha-256=:${EMPTY_BASE64}:` }],
    ['RFC 3230', { digest: `SHA-256=${EMPTY_BASE64}` }],
  ])('is read from the form of %s', (_form, headers) => {
    expect(expectedSha256(headers)).toBe(EMPTY_HEX);
  });

  it('comes back as 64 digits for any content, in either form', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (content) => {
        const hash = createHash('sha256').update(content).digest();
        const base64 = hash.toString('base64');
        expect(expectedSha256({ 'repr-digest': `sha-256=:${base64}:` })).toBe(hash.toString('hex'));
        expect(expectedSha256({ digest: `sha-256=${base64}` })).toBe(hash.toString('hex'));
      }),
    );
  });

  it.each([
    ['another algorithm only', { 'repr-digest': 'md5=:1B2M2Y8AsgTpgAmY7PhCfg==:' }],
    ['31 bytes', { 'repr-digest': `sha-256=:${Buffer.alloc(31).toString('base64')}:` }],
    ['hexadecimal instead of base64', { digest: `sha-256=${EMPTY_HEX}` }],
    ['nothing', { 'repr-digest': '' }],
    ['base64 with a foreign character', { digest: `sha-256=${EMPTY_BASE64.replace('D', '!')}` }],
  ])('is refused, not ignored, when it holds %s', (_what, headers) => {
    expect(() => expectedSha256(headers)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});
