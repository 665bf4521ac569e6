-- Up Migration
-- Who may do what: people, keys of lab systems, browser sessions, and the record of what they saw and changed.
-- A row without a laboratory is the installation's: its operators. Such rows show when no laboratory was named.

-- What a token of the identity provider says for this laboratory, where people come with such tokens.
ALTER TABLE tenants ADD COLUMN claim text UNIQUE;

CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid REFERENCES tenants,
  issuer text NOT NULL,
  subject text NOT NULL,
  name text NOT NULL,
  roles text[] NOT NULL DEFAULT '{}',
  phi boolean NOT NULL DEFAULT false,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at timestamptz,
  UNIQUE (issuer, subject)
);

-- The key itself is shown once and never stored: it is 32 random bytes, so a plain SHA-256 of it cannot be guessed.
CREATE TABLE api_keys (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid REFERENCES tenants,
  name text NOT NULL,
  hash bytea NOT NULL UNIQUE,
  hint text NOT NULL,
  roles text[] NOT NULL,
  phi boolean NOT NULL DEFAULT false,
  only_permissions text[],
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz,
  used_at timestamptz,
  revoked_at timestamptz
);

CREATE TABLE sessions (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid REFERENCES tenants,
  hash bytea NOT NULL UNIQUE,
  user_id uuid REFERENCES users ON DELETE CASCADE,
  api_key_id uuid REFERENCES api_keys ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  CHECK ((user_id IS NULL) <> (api_key_id IS NULL))
);

-- One chain for each laboratory (and one, the nil UUID's, for the installation): each entry's hash covers the one before.
CREATE TABLE audit_entries (
  chain uuid NOT NULL,
  seq bigint NOT NULL,
  at text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  action text NOT NULL,
  object_type text NOT NULL,
  object_id text NOT NULL,
  outcome text NOT NULL,
  request_id text NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE INDEX audit_of_object ON audit_entries (chain, object_id, seq);

CREATE TABLE audit_heads (chain uuid PRIMARY KEY, seq bigint NOT NULL, hash bytea NOT NULL);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['users', 'api_keys', 'sessions'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY own_laboratory ON %I TO gigascope_app'
      ' USING (tenant_id IS NOT DISTINCT FROM nullif(current_setting(''app.tenant'', true), '''')::uuid)'
      ' WITH CHECK (tenant_id IS NOT DISTINCT FROM nullif(current_setting(''app.tenant'', true), '''')::uuid)', t);
    EXECUTE format('CREATE POLICY every_laboratory ON %I TO gigascope_dispatcher USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO gigascope_app', t);
    EXECUTE format('GRANT SELECT, UPDATE ON %I TO gigascope_dispatcher', t);
  END LOOP;
END $$;
GRANT DELETE ON sessions TO gigascope_app;
-- A laboratory is seen by its own, and made and listed where none is named: by the installation's operators.
CREATE POLICY installation ON tenants TO gigascope_app
  USING (nullif(current_setting('app.tenant', true), '') IS NULL)
  WITH CHECK (nullif(current_setting('app.tenant', true), '') IS NULL);
GRANT INSERT, UPDATE ON tenants TO gigascope_app;

ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY own_chain ON audit_entries TO gigascope_app USING (chain = coalesce(
  nullif(current_setting('app.tenant', true), '')::uuid, '00000000-0000-0000-0000-000000000000'));
CREATE POLICY every_chain ON audit_entries TO gigascope_dispatcher USING (true) WITH CHECK (true);
GRANT SELECT ON audit_entries TO gigascope_app, gigascope_dispatcher;
GRANT INSERT ON audit_entries TO gigascope_dispatcher;
GRANT SELECT, INSERT, UPDATE ON audit_heads TO gigascope_dispatcher;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit entries are never changed';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Appends to the chain of the laboratory that the transaction named. An entry's hash is the SHA-256 of the hash before
-- (of 32 zero bytes for the first) and of its fields as a JSON array of strings, seq first.
CREATE FUNCTION append_audit(entries jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  own uuid := coalesce(nullif(current_setting('app.tenant', true), '')::uuid, '00000000-0000-0000-0000-000000000000');
  head audit_heads;
  e jsonb;
  instant text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
BEGIN
  INSERT INTO audit_heads VALUES (own, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
  SELECT * INTO head FROM audit_heads WHERE chain = own FOR UPDATE;
  FOR e IN SELECT * FROM jsonb_array_elements(entries) LOOP
    head.seq := head.seq + 1;
    head.hash := sha256(head.hash || convert_to(jsonb_build_array(
      head.seq::text, instant, e->>'actorKind', e->>'actorId', e->>'actorName', e->>'action', e->>'objectType',
      e->>'objectId', e->>'outcome', e->>'requestId')::text, 'UTF8'));
    INSERT INTO audit_entries VALUES (own, head.seq, instant, e->>'actorKind', e->>'actorId', e->>'actorName',
      e->>'action', e->>'objectType', e->>'objectId', e->>'outcome', e->>'requestId', head.hash);
  END LOOP;
  UPDATE audit_heads SET seq = head.seq, hash = head.hash WHERE chain = own;
END $$;

-- Seq of the first entry of the own chain whose hash is wrong, or that is missing; null when all is as it was written.
CREATE FUNCTION first_broken_audit() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH own AS (
    SELECT e.*, row_number() OVER (ORDER BY seq) AS place,
      coalesce(lag(hash) OVER (ORDER BY seq), decode(repeat('00', 32), 'hex')) AS before
    FROM audit_entries e WHERE chain = coalesce(
      nullif(current_setting('app.tenant', true), '')::uuid, '00000000-0000-0000-0000-000000000000')
  ), broken AS (
    SELECT place AS seq FROM own WHERE seq <> place OR hash <> sha256(before || convert_to(jsonb_build_array(
      seq::text, at, actor_kind, actor_id, actor_name, action, object_type, object_id, outcome, request_id)::text, 'UTF8'))
    UNION ALL
    SELECT h.seq FROM audit_heads h WHERE chain = coalesce(
      nullif(current_setting('app.tenant', true), '')::uuid, '00000000-0000-0000-0000-000000000000')
      AND h.seq <> (SELECT count(*) FROM own)
  )
  SELECT min(seq) FROM broken
$$;

-- Before it is known for which laboratory a request speaks. Each answers one row or none, and only to one who holds the secret.
CREATE FUNCTION find_api_key(secret_hash bytea) RETURNS SETOF api_keys
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE api_keys SET used_at = clock_timestamp()
  WHERE hash = secret_hash AND (used_at IS NULL OR used_at < clock_timestamp() - interval '1 minute');
  SELECT * FROM api_keys WHERE hash = secret_hash AND revoked_at IS NULL
    AND (expires_at IS NULL OR expires_at > clock_timestamp())
$$;

CREATE FUNCTION find_session(secret_hash bytea) RETURNS SETOF sessions
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT * FROM sessions WHERE hash = secret_hash AND expires_at > clock_timestamp()
$$;

CREATE FUNCTION find_user(of_issuer text, of_subject text) RETURNS SETOF users
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT * FROM users WHERE issuer = of_issuer AND subject = of_subject
$$;

CREATE FUNCTION find_tenant(of_claim text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT id FROM tenants WHERE claim = of_claim
$$;

GRANT CREATE ON SCHEMA public TO gigascope_dispatcher;
DO $$
DECLARE
  f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['append_audit(jsonb)', 'first_broken_audit()', 'find_api_key(bytea)', 'find_session(bytea)',
                           'find_user(text, text)', 'find_tenant(text)'] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO gigascope_dispatcher', f);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO gigascope_app, gigascope_dispatcher', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM gigascope_dispatcher;
