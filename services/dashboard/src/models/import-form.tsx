import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { type ModelToImport, useImportModel } from '../server/models.ts';
import { ErrorNote } from '../ui/notes.tsx';

const FIELDS = ['name', 'classes', 'positive', 'mpp', 'organ', 'stain', 'licence'] as const;
const NORMALISATIONS = ['imagenet', 'unit', 'signed', 'none'];

/** Takes in a model that was made elsewhere; what is missing or wrong is named by the server. */
export function ImportForm(): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const send = useImportModel();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const file = form.get('file');
    form.delete('file');
    const stated = [...form].filter(([, value]) => value !== '');
    if (file instanceof File) send.mutate({ file, query: Object.fromEntries(stated) as ModelToImport['query'] });
  };
  return (
    <details class="disclosure" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t('models.import')}</summary>
      <form class="form" onSubmit={submit}>
        <label class="field">
          {t('models.file')}
          <input type="file" name="file" accept=".onnx" required />
        </label>
        {FIELDS.map((name) => (
          <label key={name} class="field">
            {t(`models.fields.${name}`)}
            <input name={name} />
          </label>
        ))}
        <label class="field">
          {t('models.fields.normalisation')}
          <select name="normalisation">
            <option value="">{t('models.unstated')}</option>
            {NORMALISATIONS.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <button type="submit" class="button" disabled={send.isPending}>
          {t('models.send')}
        </button>
        <div role="status">
          {send.isPending && t('models.importing')}
          {send.isSuccess && t('models.imported')}
        </div>
        {send.error && <ErrorNote error={send.error} />}
      </form>
    </details>
  );
}
