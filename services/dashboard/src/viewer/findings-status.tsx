import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import type { FindingSource } from './finding.ts';
import type { FindingsShown } from './use-findings-layer.ts';

interface FindingsStatusProps {
  readonly source: FindingSource;
  readonly shown: FindingsShown;
  readonly onRetry: () => void;
}

/** Says what of the findings is drawn whenever it is not each one of them. */
export function FindingsStatus({ source, shown, onRetry }: FindingsStatusProps): JSX.Element {
  const { error, waiting, counted } = shown;
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
        counted && phrases.viewer.counts(source.kind)
      )}
    </p>
  );
}
