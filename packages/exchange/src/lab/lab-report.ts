import type { AnalysisResult, Lesion } from '@gigascope/contracts';

/** How the laboratory calls what was examined: opaque names, never a person's. null: not known. */
export interface LabReferences {
  /** URI of the laboratory, in whose realm the names are unique, such as `urn:oid:2.999.1`. */
  readonly system: string;
  readonly case: string | null;
  readonly patientPseudonym: string | null;
  readonly block: string | null;
}

/** A signed review: only with one is a report final. */
export interface SignedReview {
  /** ISO 8601 in UTC. */
  readonly signedAt: string;
  readonly reviewer: { readonly id: string; readonly name: string };
  readonly conclusion: string | null;
}

/** One finished analysis, as a lab system takes it. */
export interface LabReport {
  readonly analysisId: string;
  /** ISO 8601 in UTC. */
  readonly finishedAt: string;
  readonly slideName: string;
  readonly result: AnalysisResult;
  /** By rank; only the first are sent one by one. */
  readonly lesions: readonly Lesion[];
  readonly intendedUse: string;
  readonly references: LabReferences;
  readonly review: SignedReview | null;
}

/** What a lab system shows of a report in words. */
export function conclusionOf({ result, lesions, intendedUse, review }: LabReport, sentLesions: number): string {
  const remarks = result.warnings.map(({ message }) => message);
  if (lesions.length > sentLesions) remarks.push(`The first ${sentLesions} of ${lesions.length} lesions are listed.`);
  return [review?.conclusion ?? '', ...remarks, intendedUse].filter((text) => text !== '').join(' ');
}
