-- Up Migration
-- What a worklist is ordered and filtered by, kept with each slide, so that a page of it reads a page and not all slides and
-- analyses of the laboratory.

-- Names as people order them: 9 before 10, upper and lower case alike. Of no locale, so that no index breaks with one.
CREATE FUNCTION natural_order(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  -- Every number with 20 digits; no longer than an index takes.
  SELECT left(regexp_replace(regexp_replace(lower(name COLLATE "C"), '([0-9]+)', repeat('0', 20) || '\1', 'g'),
                             '0*([0-9]{20,})', '\1', 'g'), 600)
$$;
ALTER TABLE slides ADD COLUMN name_order text COLLATE "C" GENERATED ALWAYS AS (natural_order(name)) STORED;
CREATE INDEX slides_by_name ON slides (tenant_id, name_order, id);

CREATE TABLE worklist_places (
  slide_id uuid NOT NULL REFERENCES slides ON DELETE CASCADE,
  -- Whose analyses count. Empty: all models', and that row every slide has; others it has of the models that it was analysed by.
  model_name text NOT NULL,
  tenant_id uuid NOT NULL REFERENCES tenants,
  newest_id uuid,
  -- The newest that succeeded.
  scored_id uuid,
  -- The newest that is under way.
  open_id uuid,
  standing text NOT NULL DEFAULT 'new' CHECK (standing IN ('new', 'open', 'done', 'failed')),
  -- The probability, or the grade's share of the highest; -1 without a score.
  suspicion double precision NOT NULL DEFAULT -1,
  -- How far the probability is from its model's threshold, negative; -2 without a probability.
  uncertainty double precision NOT NULL DEFAULT -2,
  -- By lane, then priority, of what is under way or else the newest; -1 without an analysis.
  urgency integer NOT NULL DEFAULT -1,
  PRIMARY KEY (slide_id, model_name)
);
CREATE INDEX worklist_by_suspicion ON worklist_places (tenant_id, model_name, suspicion DESC, slide_id DESC);
CREATE INDEX worklist_by_uncertainty ON worklist_places (tenant_id, model_name, uncertainty DESC, slide_id DESC);
CREATE INDEX worklist_by_urgency ON worklist_places (tenant_id, model_name, urgency DESC, slide_id DESC);

ALTER TABLE worklist_places ENABLE ROW LEVEL SECURITY;
ALTER TABLE worklist_places FORCE ROW LEVEL SECURITY;
CREATE POLICY own_laboratory ON worklist_places TO gigascope_app
  USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY every_laboratory ON worklist_places TO gigascope_dispatcher USING (true) WITH CHECK (true);
-- Only the functions below write, whoever changed an analysis; they run as the dispatcher.
GRANT SELECT ON worklist_places TO gigascope_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON worklist_places TO gigascope_dispatcher;

-- Works the places of these slides out anew. Planned anew too: a plan made for one slide takes minutes for ten thousand.
CREATE FUNCTION place_in_worklist(slides_meant uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- One transaction after another for a slide: the next statement sees what the one before committed.
  PERFORM FROM worklist_places WHERE slide_id = ANY (slides_meant) AND model_name = '' ORDER BY slide_id FOR UPDATE;
  EXECUTE $q$
    INSERT INTO worklist_places AS place (slide_id, model_name, tenant_id, newest_id, scored_id, open_id, standing,
                                          suspicion, uncertainty, urgency)
    SELECT slide_id, coalesce(model_name, ''), tenant_id, newest[1], scored[1], open[1],
      CASE WHEN open[1] IS NOT NULL THEN 'open'
           WHEN states[1] = 'succeeded' THEN 'done'
           WHEN states[1] = 'failed' THEN 'failed'
           ELSE 'new' END,
      coalesce(suspicions[1], -1), coalesce(uncertainties[1], -2), coalesce(open_urgencies[1], urgencies[1], -1)
    FROM (
      SELECT slide_id, tenant_id, model_name,
        array_agg(id ORDER BY id DESC) AS newest,
        array_agg(id ORDER BY id DESC) FILTER (WHERE state = 'succeeded') AS scored,
        array_agg(id ORDER BY id DESC) FILTER (WHERE is_open) AS open,
        array_agg(state ORDER BY id DESC) AS states,
        array_agg(suspicion ORDER BY id DESC) FILTER (WHERE state = 'succeeded') AS suspicions,
        array_agg(uncertainty ORDER BY id DESC) FILTER (WHERE state = 'succeeded') AS uncertainties,
        array_agg(urgency ORDER BY id DESC) AS urgencies,
        array_agg(urgency ORDER BY id DESC) FILTER (WHERE is_open) AS open_urgencies
      FROM (
        SELECT s.id AS slide_id, s.tenant_id, m.name AS model_name, a.id, a.state,
          a.state IN ('queued', 'running') AS is_open,
          CASE c.meaning WHEN 'banff-grade' THEN c.score / 3 ELSE c.score END AS suspicion,
          CASE c.meaning WHEN 'highest-probability' THEN -abs(c.score - c.threshold) END AS uncertainty,
          1000 * (3 - array_position(ARRAY['stat', 'routine', 'research'], a.lane)) + a.priority AS urgency
        FROM slides s
        LEFT JOIN analyses a ON a.slide_id = s.id
        LEFT JOIN models m ON m.id = a.model_id
        LEFT JOIN scores c ON c.analysis_id = a.id
        WHERE s.id = ANY ($1)
      ) AS each
      GROUP BY GROUPING SETS ((slide_id, tenant_id), (slide_id, tenant_id, model_name))
      HAVING GROUPING(model_name) = 1 OR model_name IS NOT NULL
    ) AS grouped
    ON CONFLICT (slide_id, model_name) DO UPDATE SET newest_id = excluded.newest_id, scored_id = excluded.scored_id,
      open_id = excluded.open_id, standing = excluded.standing, suspicion = excluded.suspicion,
      uncertainty = excluded.uncertainty, urgency = excluded.urgency$q$ USING slides_meant;
END $$;

CREATE FUNCTION place_new_slides() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO worklist_places (slide_id, model_name, tenant_id) SELECT id, '', tenant_id FROM now_rows;
  RETURN NULL;
END $$;
CREATE TRIGGER place_in_worklist AFTER INSERT ON slides REFERENCING NEW TABLE AS now_rows
  FOR EACH STATEMENT EXECUTE FUNCTION place_new_slides();

CREATE FUNCTION place_analysed_slides() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  meant uuid[];
BEGIN
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
CREATE TRIGGER place_in_worklist_entered AFTER INSERT ON analyses REFERENCING NEW TABLE AS now_rows
  FOR EACH STATEMENT EXECUTE FUNCTION place_analysed_slides();
CREATE TRIGGER place_in_worklist_changed AFTER UPDATE ON analyses REFERENCING OLD TABLE AS then_rows NEW TABLE AS now_rows
  FOR EACH STATEMENT EXECUTE FUNCTION place_analysed_slides();
CREATE TRIGGER place_in_worklist_gone AFTER DELETE ON analyses REFERENCING OLD TABLE AS then_rows
  FOR EACH STATEMENT EXECUTE FUNCTION place_analysed_slides();

GRANT CREATE ON SCHEMA public TO gigascope_dispatcher;
DO $$
DECLARE
  f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['place_in_worklist(uuid[])', 'place_new_slides()', 'place_analysed_slides()'] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO gigascope_dispatcher', f);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM gigascope_dispatcher;

-- What is there already; under row-level security the tables' owner sees none of it.
SET LOCAL ROLE gigascope_dispatcher;
SELECT place_in_worklist(ARRAY(SELECT id FROM slides));
RESET ROLE;
