import {
  amendReview,
  attendReview,
  editDecisions,
  editReview,
  getReview,
  type OpenReviewInput,
  openReview,
  type Review,
  type ReviewSummary,
  signReview,
} from '@gigascope/client';
import { type Batch, COMMENT, CONFIDENCE } from '../review/draft.ts';
import { asked } from './client.ts';

const ifMatch = (version: number) => ({ 'if-match': `"${version}"` });

/** What a review's edits ask of the server; refusals are ServerErrors. */
export const reviewRequests = {
  get: (id: string): Promise<Review> => asked(getReview({ path: { id }, throwOnError: true })),
  open: (analysisId: string, body: OpenReviewInput = {}): Promise<ReviewSummary> =>
    asked(openReview({ path: { id: analysisId }, body, throwOnError: true })),
  send: (id: string, version: number, { of, changes }: Batch): Promise<ReviewSummary> => {
    const common = { path: { id }, headers: ifMatch(version), throwOnError: true } as const;
    if (of === 'decisions') {
      const list = [...changes].map(([key, decision]) => ({ key, decision }));
      return asked(
        editDecisions({ ...common, body: { changes: list as Parameters<typeof editDecisions>[0]['body']['changes'] } }),
      );
    }
    const body = Object.fromEntries([...changes].filter(([field]) => field === CONFIDENCE || field === COMMENT));
    return asked(editReview({ ...common, body: body as Parameters<typeof editReview>[0]['body'] }));
  },
  sign: (id: string, version: number): Promise<ReviewSummary> =>
    asked(signReview({ path: { id }, headers: ifMatch(version), throwOnError: true })),
  amend: (id: string, version: number, reason: string): Promise<ReviewSummary> =>
    asked(amendReview({ path: { id }, headers: ifMatch(version), body: { reason }, throwOnError: true })),
  attend: async (id: string, periods: readonly { readonly from: Date; readonly to: Date }[]): Promise<void> => {
    const list = periods.map(({ from, to }) => ({ from: from.toISOString(), to: to.toISOString() }));
    const body = { sentAt: new Date().toISOString(), periods: list };
    await asked(attendReview({ path: { id }, body, keepalive: true, throwOnError: true }));
  },
} as const;
export type ReviewRequests = typeof reviewRequests;
