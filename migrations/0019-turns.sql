-- Up Migration
-- The dispatcher asks again and again which analyses are next. Among ten thousand open ones it finds them by this order, which is
-- that of their laboratory's turns: it reads those that it takes, and not all.
CREATE INDEX analyses_turns ON analyses (tenant_id, lane, priority, (coalesce(deadline, 'infinity')), id)
  WHERE state IN ('queued', 'running');

-- Moves the next waiting tasks to 'queued', as many as there is room for. Of a laboratory's analyses of one lane and priority, a shelf, the
-- first ones hold its next tasks; from shelf to shelf by index, so that ten thousand waiting analyses cost no more than ten. Its plan is
-- kept, and goes by the indexes even if it was made when the tables were empty.
CREATE FUNCTION pick_tasks(per_capacity integer, gone_after interval)
RETURNS TABLE (task_id uuid, attempt integer, kind text, lane text, priority integer, place bigint)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH RECURSIVE room AS (
    SELECT greatest(0, per_capacity
      * coalesce((SELECT sum(capacity) FROM workers
                  WHERE seen_at > clock_timestamp() - gone_after), 0)::integer
      - (SELECT count(*) FROM tasks WHERE state IN ('queued', 'running'))::integer) AS slots
  ), shelf AS (
    (SELECT tenant_id, lane, priority FROM analyses WHERE state IN ('queued', 'running')
     ORDER BY tenant_id, lane, priority LIMIT 1)
    UNION ALL
    SELECT next.* FROM shelf s CROSS JOIN LATERAL (
      SELECT tenant_id, lane, priority FROM analyses WHERE state IN ('queued', 'running')
        AND (tenant_id, lane, priority) > (s.tenant_id, s.lane, s.priority)
      ORDER BY tenant_id, lane, priority LIMIT 1
    ) next
  ), flight AS (
    SELECT tenant_id, count(*) AS tasks FROM tasks WHERE state IN ('queued', 'running') GROUP BY tenant_id
  ), open AS (
    SELECT a.id, s.tenant_id, s.lane, s.priority, a.deadline,
      array_position(ARRAY['stat', 'routine', 'research'], s.lane) AS lane_rank
    FROM shelf s CROSS JOIN LATERAL (
      SELECT id, coalesce(deadline, 'infinity') AS deadline FROM analyses
      WHERE tenant_id = s.tenant_id AND lane = s.lane AND priority = s.priority AND state IN ('queued', 'running')
        AND EXISTS (SELECT FROM tasks t WHERE t.analysis_id = analyses.id AND t.state = 'waiting')
      ORDER BY coalesce(deadline, 'infinity'), id LIMIT (SELECT slots FROM room)
    ) a
  ), candidate AS (
    SELECT t.id, t.kind, t.attempt, t.block_index, o.lane, o.lane_rank, o.priority, o.deadline, o.id AS analysis_id,
      coalesce(f.tasks, 0) + row_number() OVER (PARTITION BY o.tenant_id, o.lane, o.priority
                                                ORDER BY o.deadline, o.id, t.kind, t.block_index) AS turn
    FROM open o LEFT JOIN flight f ON f.tenant_id = o.tenant_id
    CROSS JOIN LATERAL (
      SELECT id, kind, attempt, block_index FROM tasks WHERE analysis_id = o.id AND state = 'waiting'
      ORDER BY kind, block_index LIMIT (SELECT slots FROM room)
    ) t
  ), picked AS (
    SELECT *, row_number() OVER (ORDER BY lane_rank, priority DESC, turn, deadline, analysis_id, kind, block_index)
      AS place
    FROM candidate ORDER BY place LIMIT (SELECT slots FROM room)
  ), free AS (
    SELECT t.id FROM tasks t WHERE t.id IN (SELECT id FROM picked) AND t.state = 'waiting'
    FOR UPDATE SKIP LOCKED
  ), moved AS (
    UPDATE tasks SET state = 'queued', queued_at = clock_timestamp() WHERE id IN (SELECT id FROM free) RETURNING id
  )
  SELECT p.id, p.attempt, p.kind, p.lane, p.priority, p.place FROM picked p JOIN moved m ON m.id = p.id;
END $$;
REVOKE EXECUTE ON FUNCTION pick_tasks(integer, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pick_tasks(integer, interval) TO gigascope_dispatcher;

-- Progress and events change one analysis at a time, several times a second, and nothing that its worklist or its webhooks show: seen here
-- by plans that are kept, while everything else is planned anew. The rest of these functions is as it was.
GRANT CREATE ON SCHEMA public TO gigascope_dispatcher;
SET LOCAL ROLE gigascope_dispatcher;
CREATE OR REPLACE FUNCTION tell_analyses_over() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  over record;
  entered bigint;
BEGIN
  IF (SELECT count(*) FROM now_rows) = 1 THEN
    IF (SELECT n.state = o.state FROM now_rows n, then_rows o) THEN
      RETURN NULL;
    END IF;
  END IF;
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

CREATE OR REPLACE FUNCTION place_analysed_slides() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  meant uuid[];
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (SELECT count(*) FROM now_rows) = 1 THEN
      IF (SELECT (n.state, n.lane, n.priority) IS NOT DISTINCT FROM (o.state, o.lane, o.priority)
          FROM now_rows n, then_rows o) THEN
        RETURN NULL;
      END IF;
    END IF;
  END IF;
  IF TG_OP = 'INSERT' THEN
    EXECUTE 'SELECT array_agg(DISTINCT slide_id) FROM now_rows' INTO meant;
  ELSIF TG_OP = 'UPDATE' THEN
    -- Progress is written many times, and changes no place.
    EXECUTE $q$
      SELECT array_agg(DISTINCT n.slide_id) FROM now_rows n JOIN then_rows o ON o.id = n.id
      WHERE (o.state, o.lane, o.priority) IS DISTINCT FROM (n.state, n.lane, n.priority)$q$ INTO meant;
  ELSE
    EXECUTE 'SELECT array_agg(DISTINCT slide_id) FROM then_rows' INTO meant;
  END IF;
  IF meant IS NULL THEN RETURN NULL; END IF;
  PERFORM place_in_worklist(meant);
  IF TG_OP = 'DELETE' THEN
    DELETE FROM worklist_places p WHERE p.slide_id = ANY (meant) AND p.model_name <> '' AND NOT EXISTS (
      SELECT FROM analyses a JOIN models m ON m.id = a.model_id WHERE a.slide_id = p.slide_id AND m.name = p.model_name);
  END IF;
  RETURN NULL;
END $$;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM gigascope_dispatcher;
