import { paths } from '@gigascope/contracts/paths';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatInstant } from '../format.ts';
import { t } from '../i18n/language.ts';
import { type AuditFilter, useAudit, useVerification } from '../server/admin.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { Listed } from './more.tsx';

const FIELDS = [
  ['action', 'action', 'text'],
  ['objectId', 'object', 'text'],
  ['from', 'from', 'date'],
  ['to', 'to', 'date'],
] as const;

/** Who saw and changed what, newest first, and whether the chain is whole. */
export function Audit(): JSX.Element {
  const [filter, setFilter] = useState<AuditFilter>({});
  const entries = useAudit(filter);
  const check = useVerification();
  const choose = (event: Event): void => {
    event.preventDefault();
    const values = new FormData(event.currentTarget as HTMLFormElement);
    const given = FIELDS.flatMap(([name, , type]) => {
      const text = String(values.get(name) ?? '').trim();
      if (text === '') return [];
      return [[name, type === 'date' ? new Date(`${text}T00:00:00`).toISOString() : text]];
    });
    setFilter(Object.fromEntries(given) as AuditFilter);
  };
  return (
    <>
      <form class="row is-form" onChange={choose} onSubmit={choose}>
        {FIELDS.map(([name, label, type]) => (
          <label key={name} class="field">
            {t(`admin.${label}`)}
            <input name={name} type={type} />
          </label>
        ))}
        <button type="button" class="button" disabled={check.isPending} onClick={() => check.mutate()}>
          {t('admin.verify')}
        </button>
        <a class="button" href={paths.auditNdjson} download>
          {t('admin.export')}
        </a>
      </form>
      {check.error && <ErrorNote error={check.error} />}
      {check.data && (
        <p role="status" class={`note ${check.data.whole ? '' : 'is-error'}`}>
          {check.data.whole ? t('admin.whole') : t('admin.broken', { seq: check.data.firstBrokenSeq ?? 0 })}
        </p>
      )}
      <Listed query={entries}>
        <table class="table">
          <thead>
            <tr>
              {(['when', 'who', 'action', 'object', 'outcome'] as const).map((head) => (
                <th key={head} scope="col">
                  {t(`admin.${head}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {entries.data?.map(({ seq, at, actorName, action, objectType, objectId, outcome }) => (
              <tr key={seq}>
                <td>{formatInstant(at)}</td>
                <td>{actorName}</td>
                <td>{action}</td>
                <td>
                  {objectType} <span class="hint">{objectId}</span>
                </td>
                <td>{outcome}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Listed>
    </>
  );
}
