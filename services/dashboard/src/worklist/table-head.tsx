import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import type { Sort } from './view.ts';
import { changeView } from './view-store.ts';

/** Columns by which a click orders; a second click on the age turns it round. */
const SORTS_OF = {
  name: ['name'],
  score: ['score', 'uncertainty'],
  queue: ['priority'],
  age: ['newest', 'oldest'],
} as const satisfies Record<string, readonly Sort[]>;

const COLUMNS = ['picture', 'name', 'references', 'score', 'state', 'queue', 'age', 'review'] as const;
const CLASSES: Partial<Record<(typeof COLUMNS)[number], string>> = { references: 'col-refs' };

interface TableHeadProps {
  readonly sort: Sort;
  readonly allChosen: boolean;
  readonly onChooseAll: () => void;
}

/** The columns' names, which order the list too. */
export function TableHead({ sort, allChosen, onChooseAll }: TableHeadProps): JSX.Element {
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th class="col-select" scope="col">
          <input
            type="checkbox"
            checked={allChosen}
            aria-label={t('worklist.selectAll')}
            onClick={(event) => {
              event.preventDefault();
              onChooseAll();
            }}
          />
        </th>
        {COLUMNS.map((column) => {
          const sorts: readonly Sort[] = column in SORTS_OF ? SORTS_OF[column as keyof typeof SORTS_OF] : [];
          const place = sorts.indexOf(sort);
          const next = sorts[(place + 1) % sorts.length];
          return (
            <th
              key={column}
              scope="col"
              class={CLASSES[column] ?? `col-${column}`}
              {...(place >= 0 && { 'aria-sort': directionOf(sort) })}
            >
              {next === undefined ? (
                <span class={column === 'picture' ? 'visually-hidden' : ''}>{t(`worklist.columns.${column}`)}</span>
              ) : (
                <button type="button" class="sort" onClick={() => changeView({ sort: next })}>
                  {t(`worklist.columns.${column}`)}
                  {place >= 0 && <span aria-hidden="true">{MARKS[sort]}</span>}
                </button>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

const MARKS: Record<Sort, string> = {
  ...{ score: ' ↓', uncertainty: ' ≈', priority: ' ↓', newest: ' ↑', oldest: ' ↓', name: ' ↑' },
};

function directionOf(sort: Sort): 'ascending' | 'descending' | 'other' {
  if (sort === 'uncertainty') return 'other';
  return sort === 'name' || sort === 'newest' ? 'ascending' : 'descending';
}
