import { GigascopeError } from '@gigascope/contracts';
import type { NewUpload, UploadRow } from '@gigascope/store';
import { type LabReferences, labReferences, REFERENCES } from '../lab-references.ts';
import { slideName } from '../slide-name.ts';

const SHA256 = /^[0-9a-f]{64}$/i;

type Described = Pick<NewUpload, 'name' | 'expectedSha256'> & LabReferences;

/**
 * What a sender says of a file in Upload-Metadata, decoded: `filename` (or `name`), `sha256` in hexadecimal, and the
 * laboratory's references. Other keys are not kept, for there is no telling what stands in them.
 * @throws GigascopeError ARGUMENT_INVALID
 */
export function describedBy(metadata: Readonly<Record<string, string | null>>): Described {
  const name = slideName(metadata['filename'] ?? metadata['name'] ?? undefined, { percentEncoded: false });
  const sha256 = metadata['sha256'] ?? null;
  if (sha256 !== null && !SHA256.test(sha256))
    throw new GigascopeError('ARGUMENT_INVALID', 'sha256: 64 hexadecimal digits');
  return { name, expectedSha256: sha256?.toLowerCase() ?? null, ...labReferences(metadata) };
}

/** The same for the answer to HEAD. */
export function metadataOf(upload: UploadRow): Record<string, string | null> {
  const stated = REFERENCES.flatMap((key) => (upload[key] === null ? [] : [[key, upload[key]] as const]));
  const sha256 = upload.expectedSha256 === null ? {} : { sha256: upload.expectedSha256 };
  return { filename: upload.name, ...sha256, ...Object.fromEntries(stated) };
}
