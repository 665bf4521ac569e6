import type { AnalysisResult } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { formatProbability } from '../format.ts';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import type { Said } from '../review/draft.ts';
import { VerdictSign } from '../review/verdict-sign.tsx';
import { ErrorNote, Note } from '../ui/notes.tsx';
import { findingKey } from '../viewer/target.ts';
import type { Selection } from './use-selection.ts';

/** The boxes by rank, some at a time, of one class or of all; choosing one shows it in the viewer. */
export function DetectionList({
  result,
  selection,
  said,
}: {
  readonly result: AnalysisResult;
  readonly selection: Selection;
  readonly said: Said;
}): JSX.Element | null {
  const { list, listedClass, listClass, select, target, style } = selection;
  const current = useRef<HTMLLIElement>(null);
  useEffect(() => current.current?.scrollIntoView({ block: 'nearest' }), [target?.key]);
  const classes = result.counts.filter(({ count }) => count > 0);
  if (classes.length === 0) return null;
  return (
    <>
      <label class="field">
        {t('findings.objects')}
        <select value={listedClass ?? ''} onChange={({ currentTarget }) => listClass(currentTarget.value || null)}>
          <option value="">{t('findings.everyClass')}</option>
          {classes.map(({ class: name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {list.isPending && <Note>{t('common.loading')}</Note>}
      {list.isError && <ErrorNote error={list.error} onRetry={() => void list.refetch()} />}
      <ol class="lesions">
        {list.data?.map((finding) => (
          <li key={finding.rank} ref={findingKey(finding) === target?.key ? current : null}>
            <button
              type="button"
              class="lesion"
              aria-pressed={findingKey(finding) === target?.key}
              aria-label={phrases.findings.objectButton(finding)}
              onClick={() => select(finding)}
            >
              <span class="lesion-rank">{finding.rank}</span>
              <span class="lesion-probability">{formatProbability(finding.probability)}</span>
              <span class="box-class">
                <span class="swatch" style={{ background: style.colours.get(finding.class)?.css }} aria-hidden="true" />
                {finding.class}
                <VerdictSign decision={said.decisions.get(findingKey(finding))} />
              </span>
            </button>
          </li>
        ))}
      </ol>
      {list.hasNextPage && (
        <button
          type="button"
          class="button is-small"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('findings.moreObjects')}
        </button>
      )}
    </>
  );
}
