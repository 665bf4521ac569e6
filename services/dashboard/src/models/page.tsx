import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import type { PageProps } from '../page-props.ts';
import { hrefOf } from '../route.ts';
import { useAllModels } from '../server/models.ts';
import { useSession } from '../server/session.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { ImportForm } from './import-form.tsx';
import { ModelPage } from './model-page.tsx';

/** The models of the installation, and one of them in full. */
export function Page({ id }: PageProps): JSX.Element {
  const { data: models, error, refetch } = useAllModels();
  const session = useSession();
  return (
    <div class="split">
      <nav class="split-list" aria-labelledby="models-title">
        <h1 id="models-title">{t('models.title')}</h1>
        {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
        {models?.length === 0 && <p class="hint">{t('models.none')}</p>}
        <ul>
          {models?.map((model) => (
            <li key={model.id}>
              <a href={hrefOf('models', model.id)} {...(model.id === id && { 'aria-current': 'page' as const })}>
                {model.title}
                <span class="hint">
                  {model.name} {model.version} · {t(`models.tasks.${model.task as 'classify'}`)}
                </span>
              </a>
            </li>
          ))}
        </ul>
        {session.data?.permissions.includes('models:write') && <ImportForm />}
      </nav>
      <div class="split-body">
        {id === null ? <p class="hint">{t('models.choose')}</p> : <ModelPage key={id} id={id} />}
      </div>
    </div>
  );
}
