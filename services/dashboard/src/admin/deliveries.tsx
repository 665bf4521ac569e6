import type { JSX } from 'preact';
import { formatInstant } from '../format.ts';
import { t } from '../i18n/language.ts';
import { useDeliveries, useRedeliver } from '../server/webhooks.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { Listed } from './more.tsx';

/** The calls of one webhook, newest first. */
export function Deliveries({ id }: { readonly id: string }): JSX.Element {
  const calls = useDeliveries(id);
  const again = useRedeliver(id);
  return (
    <Listed query={calls}>
      {again.error && <ErrorNote error={again.error} />}
      <ul class="lines">
        {calls.data?.map(({ id: deliveryId, event, state, createdAt, attempts }) => (
          <li key={deliveryId} class="row">
            <span>{event}</span> <strong>{t(`admin.deliveryStates.${state}`)}</strong>
            <span class="hint">
              {formatInstant(createdAt)} · {attempts.at(-1)?.status ?? attempts.at(-1)?.error}
            </span>
            <button
              type="button"
              class="button is-small"
              disabled={again.isPending}
              onClick={() => again.mutate(deliveryId)}
            >
              {t('admin.redeliver')}
            </button>
          </li>
        ))}
      </ul>
    </Listed>
  );
}
