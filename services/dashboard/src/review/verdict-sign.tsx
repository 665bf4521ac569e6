import type { Decision } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { reviews } from '../i18n/review-phrases.ts';

const SIGNS = { accept: '✓', reject: '✕', moved: '↗', added: '+' } as const;

/** What was said of a finding, as a sign with its words for those who do not see it; nothing while nothing was said. */
export function VerdictSign({ decision }: { readonly decision: Decision | undefined }): JSX.Element | null {
  if (!decision) return null;
  const words = reviews.verdict(decision);
  return (
    <span class={`verdict-sign is-${decision.verdict}`} role="img" aria-label={words} title={words}>
      {SIGNS[decision.verdict]}
    </span>
  );
}
