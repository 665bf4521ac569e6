import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { lists } from '../i18n/list-phrases.ts';
import type { Reviews, WorklistEntry } from './entry.ts';

interface ReviewProps {
  readonly entry: WorklistEntry;
  /** undefined: not known yet. */
  readonly reviews: Reviews | undefined;
  readonly me: string | null;
}

/** Who holds a slide, and how far reviews of it are: whose, never what they say. */
export function ReviewState({ entry, reviews, me }: ReviewProps): JSX.Element {
  const { claimedBy } = entry.slide;
  const own = reviews?.find((review) => review.own);
  const signed = reviews?.filter(({ state, own: isOwn }) => state === 'signed' && !isOwn) ?? [];
  return (
    <span class="row-review">
      {claimedBy && (
        <span class={`tag ${claimedBy.by.id === me ? 'is-own' : 'is-taken'}`}>
          {claimedBy.by.id === me ? t('worklist.claimedByMe') : lists.worklist.claimedBy(claimedBy.by.name)}
        </span>
      )}
      {own && (
        <span class={`tag ${own.state === 'signed' ? 'is-signed' : 'is-own'}`}>
          {own.state === 'signed' ? t('worklist.signedByMe') : t('worklist.openOfMine')}
        </span>
      )}
      {signed.map(({ id, reader }) => (
        <span key={id} class="tag is-signed">
          {lists.worklist.signedBy(reader.name)}
        </span>
      ))}
    </span>
  );
}
