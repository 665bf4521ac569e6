import { LAB_REFERENCE_HEADERS } from '@gigascope/contracts/http';
import { z } from 'zod';

/** The laboratory's own references, percent-encoded; what they must be is checked where they are decoded. */
export const referenceHeaders = {
  [LAB_REFERENCE_HEADERS.caseRef]: z.string().optional(),
  [LAB_REFERENCE_HEADERS.patientRef]: z.string().optional(),
  [LAB_REFERENCE_HEADERS.blockRef]: z.string().optional(),
};
