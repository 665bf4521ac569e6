import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import type { FindingSource, FindingsInArea } from './finding.ts';

interface FindingsStatusProps {
  readonly source: FindingSource;
  /** null while the first ones are fetched. */
  readonly shown: FindingsInArea | null;
  /** What is drawn is of a view before, or not all there yet. */
  readonly waiting: boolean;
  readonly error: Error | null;
  readonly onRetry: () => void;
}

/** Says what of the findings is drawn whenever it is not each one of them. */
export function FindingsStatus({ source, shown, waiting, error, onRetry }: FindingsStatusProps): JSX.Element {
  return (
    <p class="findings-status" role="status">
      {error ? (
        <>
          {phrases.errors.findings(source.kind)} {error.message}{' '}
          <button type="button" class="button is-small" onClick={onRetry}>
            {t('common.tryAgain')}
          </button>
        </>
      ) : waiting ? (
        phrases.viewer.findingsLoading(source.kind)
      ) : (
        shown?.show === 'counts' && phrases.viewer.counts(source.kind)
      )}
    </p>
  );
}
