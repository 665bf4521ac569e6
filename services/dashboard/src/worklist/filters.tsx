import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { useModels } from '../server/queries.ts';
import { REVIEWS, type ReviewFilter, SORTS, type Sort, STATES, type StateFilter, type WorklistView } from './view.ts';
import { changeView } from './view-store.ts';

/** Search, filters and order; `/` goes to the search. */
export function Filters({ view }: { readonly view: WorklistView }): JSX.Element {
  const models = useModels();
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest('input, select, textarea')) return;
      event.preventDefault();
      search.current?.select();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);

  return (
    <search class="filters">
      <label class="filter is-wide">
        {t('worklist.search')}
        <input
          ref={search}
          type="search"
          maxLength={100}
          placeholder={t('worklist.searchHint')}
          value={view.text}
          onInput={({ currentTarget }) => changeView({ text: currentTarget.value })}
          onKeyDown={({ key, currentTarget }) => {
            if (key === 'Escape') changeView({ text: '' });
            if (key === 'Enter' || key === 'Escape')
              currentTarget.closest('.worklist-page')?.querySelector<HTMLElement>('.lines')?.focus();
          }}
        />
      </label>
      <label class="filter">
        {t('worklist.caseFilter')}
        <input
          type="text"
          maxLength={64}
          size={10}
          value={view.caseRef}
          onInput={({ currentTarget }) => changeView({ caseRef: currentTarget.value })}
        />
      </label>
      <Choice
        label={t('worklist.stateFilter')}
        value={view.state}
        options={STATES.map((state) => [state, t(`worklist.states.${state}`)])}
        onChange={(state) => changeView({ state: state as StateFilter | null })}
      />
      <Choice
        label={t('worklist.reviewFilter')}
        value={view.review}
        options={REVIEWS.map((review) => [review, t(`worklist.reviews.${review}`)])}
        onChange={(review) => changeView({ review: review as ReviewFilter | null })}
      />
      <Choice
        label={t('worklist.modelFilter')}
        value={view.model}
        none={t('worklist.anyModel')}
        options={(models.data ?? []).map(({ name, title }) => [name, title])}
        onChange={(model) => changeView({ model })}
      />
      <label class="filter">
        {t('worklist.from')}
        <input
          type="date"
          value={view.from}
          onChange={({ currentTarget }) => changeView({ from: currentTarget.value })}
        />
      </label>
      <label class="filter">
        {t('worklist.to')}
        <input type="date" value={view.to} onChange={({ currentTarget }) => changeView({ to: currentTarget.value })} />
      </label>
      <label class="filter">
        {t('worklist.sort')}
        <select value={view.sort} onChange={({ currentTarget }) => changeView({ sort: currentTarget.value as Sort })}>
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {t(`worklist.sorts.${sort}`)}
            </option>
          ))}
        </select>
      </label>
    </search>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | null;
  readonly none?: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string | null) => void;
}

function Choice({ label, value, none = t('worklist.all'), options, onChange }: ChoiceProps): JSX.Element {
  return (
    <label class="filter">
      {label}
      <select value={value ?? ''} onChange={({ currentTarget }) => onChange(currentTarget.value || null)}>
        <option value="">{none}</option>
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
