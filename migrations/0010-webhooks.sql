-- Up Migration
-- Telling other systems what happened: who wants to be called, and every call as a row that the transaction enters in which
-- the thing itself is committed (a transactional outbox), so that nothing is told that did not happen, or forgotten.

CREATE TABLE webhooks (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES tenants,
  url text NOT NULL,
  description text NOT NULL DEFAULT '',
  events text[] NOT NULL,
  -- In clear: they sign. Only the app role reads them.
  secret text NOT NULL,
  previous_secret text,
  previous_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  disabled_at timestamptz,
  disabled_reason text CHECK (disabled_reason IN ('by-hand', 'gone', 'failing')),
  -- First failure since the last success.
  failing_since timestamptz,
  -- As the receiver asked, by Retry-After.
  paused_until timestamptz,
  CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)),
  CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
);
CREATE INDEX webhooks_of_laboratory ON webhooks (tenant_id, id);

CREATE TABLE webhook_deliveries (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES tenants,
  webhook_id uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
  event text NOT NULL,
  data jsonb NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed', 'blocked')),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Somebody is sending it until then; a process that was killed loses its claim with time.
  claimed_until timestamptz,
  -- Counts claims, and fences their outcomes.
  attempt integer NOT NULL DEFAULT 0,
  failures integer NOT NULL DEFAULT 0,
  first_failed_at timestamptz,
  ended_at timestamptz,
  attempts jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, due_at, id) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_claimed ON webhook_deliveries (webhook_id)
  WHERE state = 'pending' AND claimed_until IS NOT NULL;
CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (webhook_id, id DESC);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['webhooks', 'webhook_deliveries'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY own_laboratory ON %I TO gigascope_app'
      ' USING (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)'
      ' WITH CHECK (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', t);
    EXECUTE format('CREATE POLICY every_laboratory ON %I TO gigascope_dispatcher USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhooks TO gigascope_app;
GRANT SELECT, UPDATE ON webhook_deliveries TO gigascope_app;
GRANT SELECT (id, tenant_id, events, disabled_at, paused_until) ON webhooks TO gigascope_dispatcher;
GRANT SELECT, INSERT, DELETE ON webhook_deliveries TO gigascope_dispatcher;
GRANT UPDATE (claimed_until, attempt) ON webhook_deliveries TO gigascope_dispatcher;

-- Enters one call for each webhook of the laboratory that wants to know. `data` is ids and scores, never a name.
CREATE FUNCTION enter_webhook_deliveries(tenant uuid, happened text, facts jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO webhook_deliveries (tenant_id, webhook_id, event, data)
  SELECT w.tenant_id, w.id, happened, facts FROM webhooks w
  WHERE w.tenant_id = tenant AND w.disabled_at IS NULL AND happened = ANY (w.events);
  IF FOUND THEN
    PERFORM pg_notify('gigascope_webhooks', '');
  END IF;
END $$;

-- By statement and not by row: ten thousand are canceled in one.
-- The queries are planned anew each time: a plan made when one analysis ended takes minutes when ten thousand are canceled.
CREATE FUNCTION tell_analyses_over() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  over record;
  entered bigint;
BEGIN
  EXECUTE $q$
    INSERT INTO webhook_deliveries (tenant_id, webhook_id, event, data)
    SELECT n.tenant_id, w.id, 'analysis.' || n.state, jsonb_build_object(
      'analysisId', n.id, 'slideId', n.slide_id, 'modelId', n.model_id, 'batchId', n.batch_id,
      'score', s.score, 'scoreMeaning', s.meaning, 'positive', s.positive, 'errorCode', n.error_code)
    FROM now_rows n JOIN then_rows o ON o.id = n.id
    JOIN webhooks w ON w.tenant_id = n.tenant_id AND w.disabled_at IS NULL AND 'analysis.' || n.state = ANY (w.events)
    LEFT JOIN scores s ON s.analysis_id = n.id
    WHERE o.state <> n.state AND n.state IN ('succeeded', 'failed', 'canceled')$q$;
  GET DIAGNOSTICS entered = ROW_COUNT;
  IF entered > 0 THEN
    PERFORM pg_notify('gigascope_webhooks', '');
  END IF;
  FOR over IN EXECUTE $q$
    SELECT DISTINCT n.tenant_id, n.batch_id FROM now_rows n JOIN then_rows o ON o.id = n.id
    WHERE n.batch_id IS NOT NULL AND o.state <> n.state AND n.state IN ('succeeded', 'failed', 'canceled')
      AND EXISTS (SELECT FROM webhooks w WHERE w.tenant_id = n.tenant_id AND w.disabled_at IS NULL
                  AND 'batch.finished' = ANY (w.events))
    ORDER BY n.batch_id$q$
  LOOP
    -- Of two that end at once, the one that commits last sees that none is left.
    PERFORM pg_advisory_xact_lock(hashtextextended('gigascope batch ' || over.batch_id, 0));
    PERFORM FROM analyses WHERE batch_id = over.batch_id AND state IN ('queued', 'running');
    CONTINUE WHEN FOUND;
    PERFORM enter_webhook_deliveries(over.tenant_id, 'batch.finished', jsonb_build_object(
      'batchId', over.batch_id, 'succeeded', count(*) FILTER (WHERE state = 'succeeded'),
      'failed', count(*) FILTER (WHERE state = 'failed'), 'canceled', count(*) FILTER (WHERE state = 'canceled')))
    FROM analyses WHERE batch_id = over.batch_id;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER tell_webhooks AFTER UPDATE ON analyses REFERENCING OLD TABLE AS then_rows NEW TABLE AS now_rows
  FOR EACH STATEMENT EXECUTE FUNCTION tell_analyses_over();

CREATE FUNCTION tell_slide_checked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM enter_webhook_deliveries(NEW.tenant_id, 'slide.' || NEW.state, jsonb_build_object(
    'slideId', NEW.id, 'errorCode', NEW.error_code));
  RETURN NULL;
END $$;
CREATE TRIGGER tell_webhooks AFTER UPDATE OF state ON slides FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state AND NEW.state IN ('ready', 'rejected'))
  EXECUTE FUNCTION tell_slide_checked();
-- One whose bytes the laboratory has already may be entered as ready at once.
CREATE TRIGGER tell_webhooks_at_once AFTER INSERT ON slides FOR EACH ROW
  WHEN (NEW.state IN ('ready', 'rejected')) EXECUTE FUNCTION tell_slide_checked();

-- Whose review it is and what it says is not read, nor told.
CREATE POLICY every_laboratory ON reviews FOR SELECT TO gigascope_dispatcher USING (true);
GRANT SELECT (id, analysis_id, slide_id) ON reviews TO gigascope_dispatcher;
CREATE FUNCTION tell_review_signed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM enter_webhook_deliveries(NEW.tenant_id, 'review.signed', jsonb_build_object(
    'reviewId', NEW.review_id, 'edition', NEW.edition, 'analysisId', r.analysis_id, 'slideId', r.slide_id))
  FROM reviews r WHERE r.id = NEW.review_id;
  RETURN NULL;
END $$;
CREATE TRIGGER tell_webhooks AFTER UPDATE OF state ON review_editions FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state AND NEW.state = 'signed')
  EXECUTE FUNCTION tell_review_signed();

-- Takes up to `at_most` calls that are due, of each webhook so many that `per_webhook` are under way, webhooks in turns.
-- Of all laboratories, but nothing except ids: the rest is read under row-level security.
CREATE FUNCTION claim_webhook_deliveries(at_most integer, per_webhook integer, lease interval)
RETURNS TABLE (tenant_id uuid, id uuid, attempt integer)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH due AS (
    SELECT d.id, d.due_at, d.turn
    FROM webhooks w CROSS JOIN LATERAL (
      SELECT p.id, p.due_at, row_number() OVER (ORDER BY p.due_at, p.id) AS turn FROM (
        SELECT each.id, each.due_at FROM webhook_deliveries each
        WHERE each.webhook_id = w.id AND each.state = 'pending' AND each.due_at <= now()
          AND (each.claimed_until IS NULL OR each.claimed_until <= now())
        ORDER BY each.due_at, each.id
        LIMIT greatest(0, per_webhook - (
          SELECT count(*) FROM webhook_deliveries busy
          WHERE busy.webhook_id = w.id AND busy.state = 'pending'
            AND busy.claimed_until IS NOT NULL AND busy.claimed_until > now()))
      ) p
    ) d
    WHERE w.disabled_at IS NULL AND (w.paused_until IS NULL OR w.paused_until <= now())
  ), picked AS (
    SELECT due.id FROM due ORDER BY due.turn, due.due_at LIMIT at_most
  ), free AS (
    SELECT f.id FROM webhook_deliveries f WHERE f.id IN (SELECT picked.id FROM picked) AND f.state = 'pending'
      AND (f.claimed_until IS NULL OR f.claimed_until <= now())
    FOR UPDATE SKIP LOCKED
  )
  UPDATE webhook_deliveries c SET attempt = c.attempt + 1, claimed_until = now() + lease
  FROM free WHERE c.id = free.id RETURNING c.tenant_id, c.id, c.attempt
$$;

-- Forgets what ended and is older; answers how many rows went. A few thousand at a time.
CREATE FUNCTION forget_webhook_deliveries(older_than interval) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH gone AS (
    DELETE FROM webhook_deliveries WHERE id IN (
      SELECT id FROM webhook_deliveries
      WHERE created_at < clock_timestamp() - older_than AND state <> 'pending' ORDER BY created_at LIMIT 5000)
    RETURNING id
  )
  SELECT count(*)::integer FROM gone
$$;

GRANT CREATE ON SCHEMA public TO gigascope_dispatcher;
DO $$
DECLARE
  f text;
BEGIN
  FOREACH f IN ARRAY ARRAY[
    'enter_webhook_deliveries(uuid, text, jsonb)', 'tell_analyses_over()', 'tell_slide_checked()', 'tell_review_signed()',
    'claim_webhook_deliveries(integer, integer, interval)', 'forget_webhook_deliveries(interval)'
  ] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO gigascope_dispatcher', f);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM gigascope_dispatcher;
GRANT EXECUTE ON FUNCTION claim_webhook_deliveries(integer, integer, interval) TO gigascope_app;
GRANT EXECUTE ON FUNCTION forget_webhook_deliveries(interval) TO gigascope_app;
