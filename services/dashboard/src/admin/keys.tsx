import type { JSX } from 'preact';
import { formatInstant } from '../format.ts';
import { t } from '../i18n/language.ts';
import { useCreateKey, useKeys, useRevokeKey } from '../server/admin.ts';
import { useSession } from '../server/session.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { Listed } from './more.tsx';
import { LABORATORY_ROLES } from './role-names.ts';
import { SecretOnce } from './secret-once.tsx';

/** Keys of lab systems and people: made, shown once, revoked. */
export function Keys(): JSX.Element {
  const keys = useKeys();
  const revoke = useRevokeKey();
  return (
    <>
      <NewKey />
      {revoke.error && <ErrorNote error={revoke.error} />}
      <Listed query={keys}>
        <table class="table">
          <thead>
            <tr>
              {[t('admin.name'), t('admin.roles'), t('admin.created'), t('admin.used'), t('admin.state')].map(
                (head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {keys.data?.map(({ id, name, hint, roles, createdAt, usedAt, revokedAt, expiresAt }) => {
              const isOver = revokedAt !== null || (expiresAt !== null && Date.parse(expiresAt) < Date.now());
              return (
                <tr key={id}>
                  <th scope="row">
                    {name} <span class="hint">…{hint}</span>
                  </th>
                  <td>{roles.map((role) => t(`admin.roleNames.${role}`)).join(', ')}</td>
                  <td>{formatInstant(createdAt)}</td>
                  <td>{usedAt === null ? t('admin.never') : formatInstant(usedAt)}</td>
                  <td>
                    {isOver ? (
                      t('admin.ended')
                    ) : (
                      <button
                        type="button"
                        class="button is-small"
                        aria-label={t('admin.revokeNamed', { name })}
                        disabled={revoke.isPending}
                        onClick={() => revoke.mutate(id)}
                      >
                        {t('admin.revoke')}
                      </button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Listed>
    </>
  );
}

function NewKey(): JSX.Element {
  const create = useCreateKey();
  const isOperator = useSession().data?.laboratory === null;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const values = new FormData(form);
    const day = String(values.get('expires') ?? '');
    const roles = [values.get('role')] as (typeof LABORATORY_ROLES)[number][];
    const expiresAt = day === '' ? null : new Date(`${day}T23:59:59`).toISOString();
    create.mutate(
      { name: String(values.get('name')), roles, phi: values.has('phi'), expiresAt },
      { onSuccess: () => form.reset() },
    );
  };
  if (create.data) return <SecretOnce label={create.data.name} secret={create.data.key} onDone={create.reset} />;
  return (
    <form class="row is-form" aria-label={t('admin.newKey')} onSubmit={submit}>
      <label class="field">
        {t('admin.name')}
        <input name="name" required maxLength={200} />
      </label>
      <label class="field">
        {t('admin.roles')}
        <select name="role">
          {(isOperator ? (['operator'] as const) : LABORATORY_ROLES).map((role) => (
            <option key={role} value={role}>
              {t(`admin.roleNames.${role}`)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        {t('admin.expires')}
        <input type="date" name="expires" />
      </label>
      {!isOperator && (
        <label class="check">
          <input type="checkbox" name="phi" />
          {t('admin.phi')}
        </label>
      )}
      <button type="submit" class="button is-primary" disabled={create.isPending}>
        {t('admin.make')}
      </button>
      {create.error && <ErrorNote error={create.error} />}
    </form>
  );
}
