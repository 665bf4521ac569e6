import { GigascopeError } from '@gigascope/contracts';
import { LAB_REFERENCE_HEADERS, LabReference } from '@gigascope/contracts/http';
import type { NewUpload } from '@gigascope/store';

export const REFERENCES = ['caseRef', 'patientRef', 'blockRef'] as const;

export type LabReferences = Pick<NewUpload, (typeof REFERENCES)[number]>;

/**
 * Checks the references that a sender gives a slide; an empty one is none.
 * @throws GigascopeError ARGUMENT_INVALID
 */
export function labReferences(stated: Readonly<Record<string, string | null | undefined>>): LabReferences {
  const references = REFERENCES.flatMap((key) => {
    const value = stated[key] ?? '';
    if (value === '') return [];
    const reference = LabReference.safeParse(value);
    if (!reference.success) throw new GigascopeError('ARGUMENT_INVALID', `${key}: at most 64 characters`);
    return [[key, reference.data] as const];
  });
  return Object.fromEntries(references);
}

/**
 * The same out of a request's headers, percent-encoded UTF-8.
 * @throws GigascopeError ARGUMENT_INVALID
 */
export function referencesOfHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): LabReferences {
  return labReferences(
    Object.fromEntries(REFERENCES.map((key) => [key, decode(headers[LAB_REFERENCE_HEADERS[key]]?.toString())])),
  );
}

function decode(encoded: string | undefined): string | undefined {
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    throw new GigascopeError('ARGUMENT_INVALID', 'the laboratory’s references are percent-encoded UTF-8');
  }
}
