import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { lists } from '../i18n/list-phrases.ts';
import type { WorklistEntry } from './entry.ts';

interface ReviewProps {
  readonly entry: WorklistEntry;
  readonly me: string | null;
}

/** Who holds a slide, and how far reviews of it are: whose, never what they say. */
export function ReviewState({ entry: { slide, reviews }, me }: ReviewProps): JSX.Element {
  const { claimedBy } = slide;
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
          {own.state === 'open'
            ? t('worklist.openOfMine')
            : t(own.purpose === 'adjudication' ? 'worklist.adjudicatedByMe' : 'worklist.signedByMe')}
        </span>
      )}
      {signed.map(({ id, reader, purpose }) => (
        <span key={id} class="tag is-signed">
          {purpose === 'adjudication'
            ? lists.worklist.adjudicatedBy(reader.name)
            : lists.worklist.signedBy(reader.name)}
        </span>
      ))}
    </span>
  );
}
