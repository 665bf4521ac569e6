import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import type { ServerError } from '../server/http.ts';
import type { WebhookToMake } from '../server/webhooks.ts';
import { ErrorNote } from '../ui/notes.tsx';

const EVENTS: WebhookToMake['events'] = [
  ...(['analysis.succeeded', 'analysis.failed', 'analysis.canceled'] as const),
  ...(['slide.ready', 'slide.rejected', 'review.signed', 'batch.finished'] as const),
];

export type WebhookFields = Pick<WebhookToMake, 'url' | 'description' | 'events'>;

interface WebhookFormProps {
  readonly label: string;
  readonly action: string;
  /** What stands there at first. */
  readonly fields?: WebhookFields;
  readonly isPending: boolean;
  readonly error: ServerError | null;
  readonly onSubmit: (fields: Required<WebhookFields>, form: HTMLFormElement) => void;
  readonly onCancel?: () => void;
}

/** Where to and of what a webhook is called. */
export function WebhookForm(props: WebhookFormProps): JSX.Element {
  const { label, action, fields, isPending, error, onSubmit, onCancel } = props;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const values = new FormData(form);
    const events = values.getAll('events') as WebhookToMake['events'];
    onSubmit({ url: String(values.get('url')), description: String(values.get('description')), events }, form);
  };
  return (
    <form class="row is-form" aria-label={label} onSubmit={submit}>
      <label class="field">
        {t('admin.url')}
        <input name="url" type="url" size={40} required defaultValue={fields?.url ?? ''} />
      </label>
      <label class="field">
        {t('admin.description')}
        <input name="description" maxLength={200} defaultValue={fields?.description ?? ''} />
      </label>
      <fieldset class="row">
        <legend class="hint">{t('admin.events')}</legend>
        {EVENTS.map((name) => (
          <label key={name} class="check">
            <input type="checkbox" name="events" value={name} defaultChecked={fields?.events.includes(name) ?? false} />
            {name}
          </label>
        ))}
      </fieldset>
      <button type="submit" class="button is-primary" disabled={isPending}>
        {action}
      </button>
      {onCancel && (
        <button type="button" class="button" onClick={onCancel}>
          {t('admin.cancel')}
        </button>
      )}
      {error && <ErrorNote error={error} />}
    </form>
  );
}
