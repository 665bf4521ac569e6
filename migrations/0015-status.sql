-- Up Migration
-- What an operator is shown of the whole installation: counts and sizes, nobody's data. It runs as the dispatcher, which sees
-- the rows of all laboratories.
CREATE FUNCTION system_figures() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT jsonb_build_object(
    'queue', coalesce((
      SELECT jsonb_agg(jsonb_build_object('lane', q.lane, 'state', q.state, 'count', q.count) ORDER BY q.lane, q.state)
      FROM (
        SELECT a.lane, t.state, count(*) FROM tasks t JOIN analyses a ON a.id = t.analysis_id
        WHERE t.state <> 'done' GROUP BY a.lane, t.state
      ) q), '[]'::jsonb),
    'oldestWaitingSeconds', (
      SELECT extract(epoch FROM clock_timestamp() - min(t.created_at)) FROM tasks t WHERE t.state = 'waiting'),
    'slideBytes', (SELECT coalesce(sum(s.size_bytes), 0) FROM slides s),
    'resultBytes', (SELECT coalesce(sum(f.size_bytes), 0) FROM artifacts f)
  )
$$;
GRANT CREATE ON SCHEMA public TO gigascope_dispatcher;
ALTER FUNCTION system_figures() OWNER TO gigascope_dispatcher;
REVOKE CREATE ON SCHEMA public FROM gigascope_dispatcher;
REVOKE EXECUTE ON FUNCTION system_figures() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION system_figures() TO gigascope_app, gigascope_dispatcher;
