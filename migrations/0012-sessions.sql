-- Up Migration
-- A browser's session ends with what it was opened by: a key that is revoked or expires, a person who is disabled; after
-- 12 hours, as its row says, and after 60 minutes without a request.

CREATE INDEX sessions_of_user ON sessions (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX sessions_of_key ON sessions (api_key_id) WHERE api_key_id IS NOT NULL;
CREATE INDEX audit_of_actor ON audit_entries (chain, actor_id, seq);

-- For whom the holder of the secret speaks; one row or none.
DROP FUNCTION find_session(bytea);
CREATE FUNCTION find_session(secret_hash bytea) RETURNS TABLE (
  id uuid, tenant_id uuid, kind text, principal_id uuid, name text, roles text[], phi boolean, only_permissions text[],
  expires_at timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE sessions s SET seen_at = clock_timestamp()
  WHERE s.hash = secret_hash AND s.expires_at > clock_timestamp()
    AND s.seen_at > clock_timestamp() - interval '60 minutes' AND s.seen_at < clock_timestamp() - interval '1 minute';
  SELECT s.id, s.tenant_id, CASE WHEN u.id IS NULL THEN 'key' ELSE 'user' END, coalesce(u.id, k.id),
    coalesce(u.name, k.name), coalesce(u.roles, k.roles), coalesce(u.phi, k.phi), k.only_permissions,
    least(s.expires_at, k.expires_at)
  FROM sessions s
  LEFT JOIN users u ON u.id = s.user_id AND u.tenant_id IS NOT DISTINCT FROM s.tenant_id AND u.disabled_at IS NULL
  LEFT JOIN api_keys k ON k.id = s.api_key_id AND k.tenant_id IS NOT DISTINCT FROM s.tenant_id
    AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())
  WHERE s.hash = secret_hash AND s.expires_at > clock_timestamp()
    AND s.seen_at > clock_timestamp() - interval '60 minutes' AND coalesce(u.id, k.id) IS NOT NULL
$$;

GRANT CREATE ON SCHEMA public TO gigascope_dispatcher;
ALTER FUNCTION find_session(bytea) OWNER TO gigascope_dispatcher;
REVOKE CREATE ON SCHEMA public FROM gigascope_dispatcher;
REVOKE EXECUTE ON FUNCTION find_session(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_session(bytea) TO gigascope_app, gigascope_dispatcher;

-- Every API process remembers for a few seconds whom a secret speaks for; this tells it whom to forget at once.
CREATE FUNCTION tell_access_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('gigascope_access', OLD.id::text);
  RETURN NULL;
END $$;
CREATE TRIGGER access_changed AFTER UPDATE ON api_keys FOR EACH ROW
  WHEN ((OLD.revoked_at, OLD.expires_at, OLD.roles, OLD.phi, OLD.only_permissions)
    IS DISTINCT FROM (NEW.revoked_at, NEW.expires_at, NEW.roles, NEW.phi, NEW.only_permissions))
  EXECUTE FUNCTION tell_access_changed();
CREATE TRIGGER access_changed AFTER UPDATE ON users FOR EACH ROW
  WHEN ((OLD.disabled_at, OLD.roles, OLD.phi, OLD.name) IS DISTINCT FROM (NEW.disabled_at, NEW.roles, NEW.phi, NEW.name))
  EXECUTE FUNCTION tell_access_changed();
CREATE TRIGGER access_changed AFTER DELETE ON sessions FOR EACH ROW
  EXECUTE FUNCTION tell_access_changed();
