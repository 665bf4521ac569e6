import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { useModels } from '../server/queries.ts';

interface ModelCardProps {
  readonly name: string;
  readonly version: string;
  readonly scope: string;
}

/** What the model is made for, by the analysis' own record and, where it is still installed, by its card. */
export function ModelCard({ name, version, scope }: ModelCardProps): JSX.Element {
  const models = useModels();
  const model = models.data?.find((each) => each.name === name && each.version === version);
  return (
    <>
      <h4>{t('findings.scope')}</h4>
      <p class="hint">
        {phrases.analysis.version(name, version)}. {scope} {t('findings.decision')}
      </p>
      {model && (
        <details>
          <summary>{t('findings.card')}</summary>
          <dl class="facts">
            <dt>{t('analysis.model')}</dt>
            <dd>{model.title}</dd>
            <dt>{t('findings.intendedUse')}</dt>
            <dd>{model.intendedUse}</dd>
            <dt>{t('findings.licence')}</dt>
            <dd>{model.licence}</dd>
          </dl>
        </details>
      )}
    </>
  );
}
