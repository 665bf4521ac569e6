import { useQuery } from '@tanstack/preact-query';
import type { JSX } from 'preact';
import { type MutableRef, useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { useActions } from '../keys/actions.ts';
import type { ServerError } from '../server/http.ts';
import { fetchActivation } from '../server/tile-requests.ts';
import { ErrorNote } from '../ui/notes.tsx';
import type { SlideSize } from './geometry.ts';
import type { PlaceL0 } from './view-frame.ts';

interface ActivationViewProps {
  /** Of a classifying model. */
  readonly analysisId: string;
  readonly size: SlideSize;
  /** Under the pointer; null beside the slide. */
  readonly pointer: MutableRef<PlaceL0 | null>;
  /** Where the pointer is not on the slide. */
  readonly fallback: PlaceL0 | null;
  /** What is shown is about this place; null: nothing is. */
  readonly place: PlaceL0 | null;
  readonly onPlace: (place: PlaceL0 | null) => void;
  /** Of the viewer, so that the place itself stays in sight. */
  readonly side: 'left' | 'right';
}

/** Why a patch was called what it was, on demand: the patch under the pointer with its class activation map. */
export function ActivationView(props: ActivationViewProps): JSX.Element | null {
  const { analysisId, size, pointer, fallback, place, onPlace, side } = props;
  const picture = useQuery<Blob, ServerError>({
    queryKey: ['activation', analysisId, place],
    queryFn: ({ signal }) => fetchActivation(analysisId, place?.xL0 ?? 0, place?.yL0 ?? 0, signal),
    enabled: place !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!picture.data) return;
    const made = URL.createObjectURL(picture.data);
    setUrl(made);
    return () => {
      setUrl(null);
      URL.revokeObjectURL(made);
    };
  }, [picture.data]);
  useActions({
    activation: () => {
      const at = pointer.current ?? fallback;
      if (!at || at.xL0 < 0 || at.yL0 < 0 || at.xL0 >= size.widthL0 || at.yL0 >= size.heightL0) return;
      onPlace({ xL0: Math.floor(at.xL0), yL0: Math.floor(at.yL0) });
    },
    cancel: () => {
      if (place === null) return false;
      onPlace(null);
      return true;
    },
  });
  if (place === null) return null;
  return (
    <section class="activation" data-side={side} aria-label={t('viewer.activation')}>
      <header class="activation-head">
        <h4>{t('viewer.activation')}</h4>
        <button type="button" class="button is-small" onClick={() => onPlace(null)}>
          {t('viewer.close')}
        </button>
      </header>
      {picture.isError ? (
        <ErrorNote error={picture.error} onRetry={() => void picture.refetch()} />
      ) : url === null ? (
        <p class="hint" role="status">
          {t('viewer.activationLoading')}
        </p>
      ) : (
        <img src={url} alt={t('viewer.activationAlt')} />
      )}
      <p class="hint">{t('viewer.activationHint')}</p>
    </section>
  );
}
