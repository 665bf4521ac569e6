import type { Webhook as WebhookRow } from '@gigascope/client';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import type { ServerError } from '../server/http.ts';
import {
  useChangeWebhook,
  useCreateWebhook,
  useDeleteWebhook,
  usePing,
  useRotateSecret,
  useWebhooks,
} from '../server/webhooks.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { Deliveries } from './deliveries.tsx';
import { SecretOnce } from './secret-once.tsx';
import { WebhookForm } from './webhook-form.tsx';

/** Who is told of what: made, changed, turned off and on, tried, given a new secret, removed. */
export function Webhooks(): JSX.Element {
  const { data, error, refetch } = useWebhooks();
  return (
    <>
      <NewWebhook />
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && <p class="hint">{t('admin.noneYet')}</p>}
      {data?.items.map((webhook) => (
        <Webhook key={webhook.id} webhook={webhook} />
      ))}
    </>
  );
}

function Webhook({ webhook }: { readonly webhook: WebhookRow }): JSX.Element {
  const [editing, setEditing] = useState(false);
  const [shown, setShown] = useState(false);
  const { id, url, description, events, disabled } = webhook;
  return (
    <section class="figure" aria-label={url}>
      <h3>{url}</h3>
      {editing ? (
        <EditWebhook webhook={webhook} onEnd={() => setEditing(false)} />
      ) : (
        <>
          <p class="hint">
            {description} {events.join(', ')}
          </p>
          {disabled && <p>{t(`admin.off.${disabled.reason}`)}</p>}
          <Actions id={id} isOff={disabled !== null} onEdit={() => setEditing(true)} />
          <details class="disclosure" onToggle={({ currentTarget }) => setShown(currentTarget.open)}>
            <summary>{t('admin.deliveries')}</summary>
            {shown && <Deliveries id={id} />}
          </details>
        </>
      )}
    </section>
  );
}

interface ActionsProps {
  readonly id: string;
  readonly isOff: boolean;
  readonly onEdit: () => void;
}

function Actions({ id, isOff, onEdit }: ActionsProps): JSX.Element {
  const [turn, ping, rotate, remove] = [useChangeWebhook(), usePing(), useRotateSecret(), useDeleteWebhook()];
  const error = (turn.error ?? ping.error ?? rotate.error ?? remove.error) as ServerError | null;
  const actions = [
    { text: t('admin.edit'), isPending: false, act: onEdit },
    {
      ...{ text: isOff ? t('admin.turnOn') : t('admin.turnOff'), isPending: turn.isPending },
      act: () => turn.mutate({ id, enabled: isOff }),
    },
    { text: t('admin.ping'), isPending: ping.isPending, act: () => ping.mutate(id) },
    { text: t('admin.rotate'), isPending: rotate.isPending, act: () => rotate.mutate(id) },
    { text: t('admin.remove'), isPending: remove.isPending, act: () => remove.mutate(id) },
  ];
  return (
    <>
      <div class="row">
        {actions.map(({ text, isPending, act }) => (
          <button key={text} type="button" class="button is-small" disabled={isPending} onClick={act}>
            {text}
          </button>
        ))}
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
    </>
  );
}

function EditWebhook({ webhook, onEnd }: { readonly webhook: WebhookRow; readonly onEnd: () => void }): JSX.Element {
  const change = useChangeWebhook();
  const { id, url, description, events } = webhook;
  return (
    <WebhookForm
      {...{ label: url, fields: { url, description, events }, isPending: change.isPending, error: change.error }}
      action={t('admin.save')}
      onSubmit={(fields) => change.mutate({ id, ...fields }, { onSuccess: onEnd })}
      onCancel={onEnd}
    />
  );
}

function NewWebhook(): JSX.Element {
  const create = useCreateWebhook();
  if (create.data) return <SecretOnce label={t('admin.secret')} secret={create.data.secret} onDone={create.reset} />;
  return (
    <WebhookForm
      {...{ label: t('admin.newWebhook'), action: t('admin.add'), isPending: create.isPending, error: create.error }}
      onSubmit={(fields, form) => create.mutate(fields, { onSuccess: () => form.reset() })}
    />
  );
}
