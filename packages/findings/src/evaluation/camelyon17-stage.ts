import { GigascopeError } from '@gigascope/contracts';

/** A lymph node's slide: no tumour, isolated tumour cells, metastasis of 0.2 to 2 mm, and of over 2 mm. */
export const NODE_LABELS = ['negative', 'itc', 'micro', 'macro'] as const;
export type NodeLabel = (typeof NODE_LABELS)[number];

/** Stages of a patient, in their order. */
export const PATIENT_STAGES = ['pN0', 'pN0(i+)', 'pN1mi', 'pN1', 'pN2'] as const;
export type PatientStage = (typeof PATIENT_STAGES)[number];

const SLIDES_PER_PATIENT = 5;

/**
 * The pathological N stage of a patient by CAMELYON17's rules (Bándi et al. 2019, IEEE TMI 38), from the labels of five slides, one a node:
 * with a macrometastasis pN1 when up to 3 nodes hold a metastasis (micro or macro), pN2 from 4 on; without one pN1mi for any micrometastasis,
 * however many, else pN0(i+) for any isolated tumour cells, else pN0. Throws ARGUMENT_INVALID unless there are five.
 */
export function patientStage(nodes: readonly NodeLabel[]): PatientStage {
  if (nodes.length !== SLIDES_PER_PATIENT) {
    throw new GigascopeError(
      'ARGUMENT_INVALID',
      `a patient’s stage takes ${SLIDES_PER_PATIENT} slides, not ${nodes.length}`,
    );
  }
  const metastases = nodes.filter((label) => label === 'micro' || label === 'macro').length;
  if (nodes.includes('macro')) return metastases >= 4 ? 'pN2' : 'pN1';
  if (metastases > 0) return 'pN1mi';
  return nodes.includes('itc') ? 'pN0(i+)' : 'pN0';
}
