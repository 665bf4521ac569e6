import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { useModelCard } from '../server/models.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { cardHtml } from './card-html.ts';

/** The card as its makers wrote it. */
export function ModelCard({ id }: { readonly id: string }): JSX.Element {
  const { data, error, refetch } = useModelCard(id);
  const html = useMemo(() => (data === undefined ? '' : cardHtml(data)), [data]);
  if (error?.code === 'NOT_FOUND') return <p class="hint">{t('models.noCard')}</p>;
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <p class="hint">{t('common.loading')}</p>;
  return <div class="card-text" dangerouslySetInnerHTML={{ __html: html }} />;
}
