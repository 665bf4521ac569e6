import type { JSX } from 'preact';
import { formatInstant } from '../format.ts';
import { t } from '../i18n/language.ts';
import { useChangeUser, useUsers } from '../server/admin.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { Listed } from './more.tsx';
import { LABORATORY_ROLES } from './role-names.ts';

/** People of the identity provider and what they may do. */
export function Users(): JSX.Element {
  const users = useUsers();
  const change = useChangeUser();
  return (
    <>
      {change.error && <ErrorNote error={change.error} />}
      <Listed query={users}>
        <table class="table">
          <thead>
            <tr>
              {[t('admin.name'), t('admin.roles'), t('admin.seen'), t('admin.state')].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {users.data?.map(({ id, name, roles, seenAt, disabledAt }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td>
                  {LABORATORY_ROLES.map((role) => (
                    <label key={role} class="check">
                      <input
                        type="checkbox"
                        checked={roles.includes(role)}
                        disabled={change.isPending}
                        onChange={({ currentTarget: { checked } }) =>
                          change.mutate({
                            id,
                            roles: checked ? [...roles, role] : roles.filter((other) => other !== role),
                          })
                        }
                      />
                      {t(`admin.roleNames.${role}`)}
                    </label>
                  ))}
                </td>
                <td>{seenAt === null ? t('admin.never') : formatInstant(seenAt)}</td>
                <td>
                  {disabledAt !== null && <span>{t('admin.disabled')} </span>}
                  <button
                    type="button"
                    class="button is-small"
                    disabled={change.isPending}
                    onClick={() => change.mutate({ id, disabled: disabledAt === null })}
                  >
                    {disabledAt === null ? t('admin.disable') : t('admin.enable')}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Listed>
    </>
  );
}
