-- Up Migration
-- Row-level security: the app role sees the rows of the laboratory that the transaction named with SET LOCAL app.tenant
-- and none without it; the dispatcher role serves all laboratories. Both are bound by it, the owner too (FORCE).

GRANT USAGE ON SCHEMA public TO gigascope_app, gigascope_dispatcher;

DO $$
DECLARE
  t text;
  tenant_column text;
BEGIN
  FOREACH t IN ARRAY ARRAY['tenants', 'slides', 'uploads', 'analyses', 'plans', 'tasks', 'events', 'heatmaps',
                           'lesions', 'scores', 'detections', 'segments', 'reviews'] LOOP
    tenant_column := CASE t WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY own_laboratory ON %I TO gigascope_app'
      ' USING (%I = nullif(current_setting(''app.tenant'', true), '''')::uuid)'
      ' WITH CHECK (%I = nullif(current_setting(''app.tenant'', true), '''')::uuid)', t, tenant_column, tenant_column);
    EXECUTE format('CREATE POLICY every_laboratory ON %I TO gigascope_dispatcher USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT ON %I TO gigascope_app, gigascope_dispatcher', t);
  END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE ON models TO gigascope_app, gigascope_dispatcher;
GRANT SELECT ON workers TO gigascope_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON workers TO gigascope_dispatcher;

GRANT INSERT, UPDATE, DELETE ON slides, uploads, analyses, tasks TO gigascope_app;
GRANT INSERT, UPDATE ON reviews TO gigascope_app;
GRANT INSERT ON events TO gigascope_app;

GRANT UPDATE ON slides, analyses TO gigascope_dispatcher;
GRANT INSERT, UPDATE, DELETE ON tasks TO gigascope_dispatcher;
GRANT INSERT ON plans, events, heatmaps, lesions, scores, detections, segments TO gigascope_dispatcher;

-- How many open analyses of all laboratories are served before this one: a number, so that nothing else of the other
-- laboratories shows. It runs as the dispatcher, which sees all rows; null where the caller may not see the analysis.
CREATE FUNCTION queue_position(analysis uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT (
    SELECT count(*)::integer FROM analyses other
    WHERE other.state IN ('queued', 'running') AND other.id <> mine.id
      AND (array_position(ARRAY['stat', 'routine', 'research'], other.lane), -other.priority,
           coalesce(other.deadline, 'infinity'), other.id)
        < (array_position(ARRAY['stat', 'routine', 'research'], mine.lane), -mine.priority,
           coalesce(mine.deadline, 'infinity'), mine.id)
  )
  FROM analyses mine
  WHERE mine.id = analysis AND mine.state = 'queued'
    AND mine.tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
$$;
GRANT gigascope_dispatcher TO CURRENT_USER;
GRANT CREATE ON SCHEMA public TO gigascope_dispatcher;
ALTER FUNCTION queue_position(uuid) OWNER TO gigascope_dispatcher;
REVOKE CREATE ON SCHEMA public FROM gigascope_dispatcher;
REVOKE EXECUTE ON FUNCTION queue_position(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION queue_position(uuid) TO gigascope_app, gigascope_dispatcher;

-- How much of what state there is, over all laboratories: figures for an operator, nobody's data.
CREATE FUNCTION figures() RETURNS TABLE (subject text, state text, count integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT 'analyses', a.state, count(*)::integer FROM analyses a GROUP BY a.state
  UNION ALL
  SELECT 'tasks', t.state, count(*)::integer FROM tasks t WHERE t.state <> 'done' GROUP BY t.state
$$;
GRANT CREATE ON SCHEMA public TO gigascope_dispatcher;
ALTER FUNCTION figures() OWNER TO gigascope_dispatcher;
REVOKE CREATE ON SCHEMA public FROM gigascope_dispatcher;
REVOKE EXECUTE ON FUNCTION figures() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION figures() TO gigascope_app, gigascope_dispatcher;
