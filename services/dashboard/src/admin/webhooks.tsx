import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import type { ServerError } from '../server/http.ts';
import {
  useCreateWebhook,
  useDeleteWebhook,
  usePing,
  useRotateSecret,
  useWebhooks,
  type WebhookToMake,
} from '../server/webhooks.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { Deliveries } from './deliveries.tsx';
import { SecretOnce } from './secret-once.tsx';

const EVENTS = [
  ...['analysis.succeeded', 'analysis.failed', 'analysis.canceled'],
  ...['slide.ready', 'slide.rejected', 'review.signed', 'batch.finished'],
];

/** Who is told of what: made, tried, given a new secret, removed. */
export function Webhooks(): JSX.Element {
  const { data, error, refetch } = useWebhooks();
  return (
    <>
      <NewWebhook />
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && <p class="hint">{t('admin.noneYet')}</p>}
      {data?.items.map((webhook) => (
        <Webhook key={webhook.id} {...webhook} />
      ))}
    </>
  );
}

interface WebhookProps {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly events: readonly string[];
}

function Webhook({ id, url, description, events }: WebhookProps): JSX.Element {
  const [ping, rotate, remove] = [usePing(), useRotateSecret(), useDeleteWebhook()];
  const [shown, setShown] = useState(false);
  const error = (ping.error ?? rotate.error ?? remove.error) as ServerError | null;
  return (
    <section class="figure">
      <h3>{url}</h3>
      <p class="hint">
        {description} {events.join(', ')}
      </p>
      <div class="row">
        <button type="button" class="button is-small" disabled={ping.isPending} onClick={() => ping.mutate(id)}>
          {t('admin.ping')}
        </button>
        <button type="button" class="button is-small" disabled={rotate.isPending} onClick={() => rotate.mutate(id)}>
          {t('admin.rotate')}
        </button>
        <button type="button" class="button is-small" disabled={remove.isPending} onClick={() => remove.mutate(id)}>
          {t('admin.remove')}
        </button>
      </div>
      {error && <ErrorNote error={error} />}
      {ping.data && (
        <p role="status">
          {ping.data.error === null
            ? t('admin.pinged', { status: ping.data.status ?? 0, ms: ping.data.durationMs })
            : t('admin.pingFailed', { error: ping.data.error })}
        </p>
      )}
      {rotate.data && <SecretOnce label={t('admin.secret')} secret={rotate.data.secret} onDone={rotate.reset} />}
      <details class="disclosure" onToggle={({ currentTarget }) => setShown(currentTarget.open)}>
        <summary>{t('admin.deliveries')}</summary>
        {shown && <Deliveries id={id} />}
      </details>
    </section>
  );
}

function NewWebhook(): JSX.Element {
  const create = useCreateWebhook();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const values = new FormData(form);
    const events = values.getAll('events') as WebhookToMake['events'];
    create.mutate(
      { url: String(values.get('url')), description: String(values.get('description')), events },
      { onSuccess: () => form.reset() },
    );
  };
  if (create.data) return <SecretOnce label={t('admin.secret')} secret={create.data.secret} onDone={create.reset} />;
  return (
    <form class="row is-form" aria-label={t('admin.newWebhook')} onSubmit={submit}>
      <label class="field">
        {t('admin.url')}
        <input name="url" type="url" required />
      </label>
      <label class="field">
        {t('admin.description')}
        <input name="description" maxLength={200} />
      </label>
      <fieldset class="row">
        <legend class="hint">{t('admin.events')}</legend>
        {EVENTS.map((name) => (
          <label key={name} class="check">
            <input type="checkbox" name="events" value={name} />
            {name}
          </label>
        ))}
      </fieldset>
      <button type="submit" class="button is-primary" disabled={create.isPending}>
        {t('admin.add')}
      </button>
      {create.error && <ErrorNote error={create.error} />}
    </form>
  );
}
