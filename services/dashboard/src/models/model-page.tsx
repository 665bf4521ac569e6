import type { ModelDetail } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { formatCount, formatMpp, formatProbability } from '../format.ts';
import { t } from '../i18n/language.ts';
import { hrefOf } from '../route.ts';
import { useModel } from '../server/models.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { ModelCard } from './model-card.tsx';
import { FigureTable, TrainingTable } from './model-tables.tsx';

/** One model: what its bundle states, what was measured, and its card. */
export function ModelPage({ id }: { readonly id: string }): JSX.Element {
  const { data: model, error, refetch } = useModel(id);
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (model === undefined) return <p class="hint">{t('common.loading')}</p>;
  return (
    <article class="document">
      <h2>{model.title}</h2>
      <Facts model={model} />
      {model.task === 'classify' && <a href={hrefOf('evaluation', model.id)}>{t('models.evaluate')}</a>}
      <h3>{t('models.figures')}</h3>
      <FigureTable figures={model.figures} />
      {model.trainingData.length > 0 && <TrainingTable sources={model.trainingData} />}
      <h3>{t('models.card')}</h3>
      <ModelCard id={id} />
    </article>
  );
}

function Facts({ model }: { readonly model: ModelDetail }): JSX.Element {
  const { mpp, mppRange, threshold, architecture, parameterCount } = model;
  const facts: readonly [string, string | null][] = [
    [t('models.version'), `${model.name} ${model.version}`],
    [t('models.task'), t(`models.tasks.${model.task as 'classify'}`)],
    [t('models.scope'), t('models.scopeOf', model.scope)],
    [t('models.intendedUse'), model.intendedUse],
    [t('models.licence'), model.licence],
    [t('models.mpp'), mpp === null ? null : formatMpp(mpp)],
    ['', mppRange && t('models.mppRange', { from: formatMpp(mppRange[0]), to: formatMpp(mppRange[1]) })],
    [t('models.classes'), model.classes.join(', ')],
    [t('models.threshold'), threshold === null ? null : formatProbability(threshold)],
    [t('models.stages'), model.stages.join(' → ') || null],
    [
      t('models.architecture'),
      architecture && t('models.parameters', { name: architecture, parameters: formatCount(parameterCount ?? 0) }),
    ],
    [t('models.sha256'), model.sha256],
  ];
  return (
    <dl class="facts is-wide">
      {facts.map(([name, value]) => value && [<dt key={name}>{name}</dt>, <dd key={`${name}=`}>{value}</dd>])}
    </dl>
  );
}
