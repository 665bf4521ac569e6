/** Sentences with figures in them, of reviews; see phrases.ts. */
import type { Adjudication, ReviewChange, ReviewContent, ReviewSummary } from '@gigascope/client';
import type { Confidence, Decision } from '@gigascope/contracts';
import { formatCount, formatDuration, formatInstant, formatShare } from '../format.ts';
import { CONFIDENCES } from '../review/confidences.ts';
import { t } from './language.ts';
import { phrases } from './phrases.ts';

const twoDigits = (value: number): string => value.toFixed(2);

export const reviews = {
  purpose: (purpose: ReviewSummary['purpose']) => t(`review.purpose.${purpose}`),
  edition: (edition: number) => t('review.edition', { edition }),
  added: (number: number) => t('review.addedName', { number }),
  /** A finding by its key. */
  finding: (key: string) => {
    const [kind, rank = ''] = key.split('-');
    if (kind === 'lesion') return phrases.findings.lesion(Number(rank));
    if (kind === 'detection') return t('review.detection', { rank });
    if (kind === 'segment') return t('review.segment', { rank });
    return t('review.addedFinding');
  },
  /** What was changed: a field or a finding. */
  subject: (subject: string) =>
    subject in FIELDS ? t(`review.fields.${subject as keyof typeof FIELDS}`) : reviews.finding(subject),
  verdict: (decision: Decision) =>
    decision.verdict === 'reject'
      ? t('review.verdicts.reject', { reason: t(`review.reasons.${decision.reason}`) })
      : t(`review.verdicts.${decision.verdict}`),
  confidence: (confidence: Confidence) => t(`review.confidences.${confidence}`),
  waiting: (count: number) => t('review.save.waiting', { count }),
  signedOut: (count: number) => t('review.save.signedOut', { count }),
  unsaved: (count: number) => t('review.conflict.text', { count }),
  both: (subjects: readonly string[]) =>
    t('review.conflict.both', { subjects: subjects.map((subject) => reviews.subject(subject)).join(', ') }),
  decided: (decided: number, total: number) =>
    t('review.decided', { decided: formatCount(decided), total: formatCount(total) }),
  undecided: (count: number) => t('review.signUndecided', { count }),
  signed: (iso: string) => t('review.signed', { date: formatInstant(iso) }),
  nothingChosen: (next: string) => t('review.nothingChosen', { next }),
  reading: (ms: number) => t('review.reading', { time: formatDuration(ms / 1000) }),
  summary: ({ confidence, decisions }: ReviewContent) => {
    const count = (verdict: Decision['verdict']): number =>
      decisions.filter(({ decision }) => decision.verdict === verdict).length;
    return t('review.summary', {
      confidence: confidence === null ? t('review.nothing') : reviews.confidence(confidence),
      accepted: count('accept') + count('moved'),
      rejected: count('reject'),
      added: count('added'),
    });
  },
  value: (value: ReviewChange['before']): string => {
    if (value === null || value === '' || value === false) return t('review.nothing');
    if (value === true) return '✓';
    if (typeof value === 'string')
      return CONFIDENCES.some((step) => step === value) ? reviews.confidence(value as Confidence) : value;
    if (!('verdict' in value)) return '';
    return [reviews.verdict(value), value.note].filter(Boolean).join(', ');
  },
  change: ({ kind, subject, before, after }: ReviewChange): string => {
    if (kind === 'opened') return t('review.kinds.opened', { after: reviews.purpose(subject as 'first') });
    if (kind === 'signed') return t('review.kinds.signed');
    if (kind === 'amended') return t('review.kinds.amended', { after: reviews.value(after) });
    return t(`review.kinds.${kind}`, {
      subject: reviews.subject(subject),
      before: reviews.value(before),
      after: reviews.value(after),
    });
  },
  agreement: ({ compared, agreement, kappa, kappaInterval }: Adjudication['agreements'][number]) => {
    if (agreement === null) return t('review.agreementNone');
    const figures = { share: formatShare(agreement), compared: formatCount(compared) };
    if (kappa === null || kappaInterval === null) return t('review.agreementPlain', figures);
    const [low, high] = [twoDigits(kappaInterval.low), twoDigits(kappaInterval.high)];
    return t('review.agreement', { ...figures, kappa: twoDigits(kappa), low, high });
  },
  holds: (confidence: Confidence, reader: string) =>
    t('review.verdict', { confidence: reviews.confidence(confidence), reader }),
} as const;

const FIELDS = { confidence: true, comment: true, timeLimited: true } as const;
