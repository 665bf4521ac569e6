-- Up Migration
-- Many analyses asked for at once, what an analysis repeats, requests that are made twice, and how soon a queued one ends.

CREATE TABLE batches (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES tenants,
  name text,
  total integer NOT NULL CHECK (total > 0),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX batches_newest ON batches (tenant_id, id DESC);

ALTER TABLE analyses ADD COLUMN batch_id uuid REFERENCES batches;
ALTER TABLE analyses ADD COLUMN rerun_of uuid REFERENCES analyses ON DELETE SET NULL;
CREATE INDEX analyses_of_batch ON analyses (batch_id, id DESC) WHERE batch_id IS NOT NULL;
CREATE INDEX analyses_rerun ON analyses (rerun_of) WHERE rerun_of IS NOT NULL;
CREATE INDEX analyses_ended ON analyses (finished_at DESC) WHERE state IN ('succeeded', 'failed');
-- A table of slides and models may name its slides by hash, thousands at once.
CREATE INDEX slides_by_hash ON slides (tenant_id, sha256, id DESC);

-- A request that may be sent twice, by the key that its sender gave it. `result_id` is what the work is to be called, settled
-- before it begins: work that was committed and not answered is found under that name, and not done again.
CREATE TABLE idempotency_keys (
  tenant_id uuid REFERENCES tenants,
  principal text NOT NULL,
  route text NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  fingerprint bytea NOT NULL,
  owner uuid NOT NULL DEFAULT uuidv7(),
  result_id uuid NOT NULL DEFAULT uuidv7(),
  lease_until timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  status integer,
  headers jsonb,
  body text,
  UNIQUE NULLS NOT DISTINCT (tenant_id, principal, route, key)
);
CREATE INDEX idempotency_keys_oldest ON idempotency_keys (tenant_id, created_at);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['batches', 'idempotency_keys'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY own_laboratory ON %I TO gigascope_app'
      ' USING (tenant_id IS NOT DISTINCT FROM nullif(current_setting(''app.tenant'', true), '''')::uuid)'
      ' WITH CHECK (tenant_id IS NOT DISTINCT FROM nullif(current_setting(''app.tenant'', true), '''')::uuid)', t);
  END LOOP;
END $$;
-- Workers wake those who follow a batch; they read nothing of it.
GRANT SELECT, INSERT ON batches TO gigascope_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO gigascope_app;

-- How many open analyses of all laboratories are served before this one, as the dispatcher serves them: lane, priority,
-- laboratories in turns, deadline, age. A number, so that nothing else of the other laboratories shows.
CREATE OR REPLACE FUNCTION queue_position(analysis uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH open AS (
    SELECT id, tenant_id, state, array_position(ARRAY['stat', 'routine', 'research'], lane) AS lane, -priority AS rank,
      row_number() OVER (PARTITION BY tenant_id, lane, priority ORDER BY coalesce(deadline, 'infinity'), id) AS turn,
      coalesce(deadline, 'infinity') AS deadline
    FROM analyses WHERE state IN ('queued', 'running')
  )
  SELECT (
    SELECT count(*)::integer FROM open other
    WHERE (other.lane, other.rank, other.turn, other.deadline, other.id)
        < (mine.lane, mine.rank, mine.turn, mine.deadline, mine.id)
  )
  FROM open mine
  WHERE mine.id = analysis AND mine.state = 'queued'
    AND mine.tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
$$;

-- Analyses a second that this installation ends while it is at work, by the last 100 of a day: idle time does not count,
-- and work side by side counts once. null when there were none.
CREATE FUNCTION recent_throughput() RETURNS double precision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH recent AS (
    SELECT tstzrange(started_at, greatest(started_at, finished_at), '[]') AS span FROM analyses
    WHERE state IN ('succeeded', 'failed') AND started_at IS NOT NULL AND finished_at > now() - interval '1 day'
    ORDER BY finished_at DESC LIMIT 100
  ), busy AS (
    SELECT sum(extract(epoch FROM upper(part) - lower(part)))::double precision AS seconds
    FROM (SELECT unnest(range_agg(span)) AS part FROM recent) AS parts
  )
  SELECT (SELECT count(*) FROM recent) / nullif(seconds, 0) FROM busy
$$;
GRANT CREATE ON SCHEMA public TO gigascope_dispatcher;
ALTER FUNCTION recent_throughput() OWNER TO gigascope_dispatcher;
REVOKE CREATE ON SCHEMA public FROM gigascope_dispatcher;
REVOKE EXECUTE ON FUNCTION recent_throughput() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recent_throughput() TO gigascope_app, gigascope_dispatcher;
