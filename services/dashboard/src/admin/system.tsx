import type { JSX } from 'preact';
import { formatBytes, formatCount, formatDuration, formatInstant } from '../format.ts';
import { t } from '../i18n/language.ts';
import { useSystemStatus } from '../server/admin.ts';
import { ErrorNote } from '../ui/notes.tsx';

const LANES = ['stat', 'routine', 'research'] as const;
const STATES = ['waiting', 'queued', 'running'] as const;

/** How the installation is: queue, workers, storage; looked at every five seconds. */
export function System(): JSX.Element {
  const { data, error, refetch } = useSystemStatus();
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <p class="hint">{t('common.loading')}</p>;
  const { queue, oldestWaitingSeconds, workers, storage } = data;
  const countOf = (lane: string, state: string): number =>
    queue.find((entry) => entry.lane === lane && entry.state === state)?.count ?? 0;
  return (
    <>
      <h3>{t('admin.queue')}</h3>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('admin.lane')}</th>
            {STATES.map((state) => (
              <th key={state} scope="col">
                {t(`admin.${state}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {LANES.map((lane) => (
            <tr key={lane}>
              <th scope="row">{t(`admin.lanes.${lane}`)}</th>
              {STATES.map((state) => (
                <td key={state}>{formatCount(countOf(lane, state))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {oldestWaitingSeconds !== null && (
        <p class="hint">{t('admin.oldest', { time: formatDuration(oldestWaitingSeconds) })}</p>
      )}
      <h3>{t('admin.workers')}</h3>
      {workers.length === 0 && <p class="note is-warning">{t('admin.noWorkers')}</p>}
      <ul class="lines">
        {workers.map(({ id, host, pid, capacity, seenAt }) => (
          <li key={id}>
            <strong>
              {host} · {pid}
            </strong>{' '}
            {t('admin.capacity')}: {capacity} <span class="hint">{formatInstant(seenAt)}</span>
          </li>
        ))}
      </ul>
      <h3>{t('admin.storage')}</h3>
      <dl class="facts is-wide">
        <dt>{t('admin.database')}</dt>
        <dd>{formatBytes(storage.databaseBytes)}</dd>
        <dt>{t('admin.slides')}</dt>
        <dd>{formatBytes(storage.slideBytes)}</dd>
        <dt>{t('admin.results')}</dt>
        <dd>{formatBytes(storage.resultBytes)}</dd>
        <dt>{t('admin.free')}</dt>
        <dd>{t('admin.freeOf', { free: formatBytes(storage.freeBytes), all: formatBytes(storage.diskBytes) })}</dd>
      </dl>
    </>
  );
}
