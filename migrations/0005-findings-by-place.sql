-- Up Migration
-- Boxes and outlines of one analysis by place. An index over place alone mixes all analyses of all slides, and the app role
-- could not use it anyhow: under row-level security only leakproof operators reach an index, and those of box are not.
-- So each index begins with the analysis, and the app role asks it through functions that run as the dispatcher and answer
-- rows of the caller's own laboratory only. Filters and limits go in, so that a large area costs no large answer; and no
-- rows are joined, for just after they were stored the planner knows nothing of them.

-- uuid in a GiST index; comes with PostgreSQL, and a database's owner may create it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

DROP INDEX segments_by_place;
CREATE INDEX segments_by_place ON segments USING gist (analysis_id, box_l0);
CREATE INDEX detections_by_place ON detections
  USING gist (analysis_id, box(point(x_l0, y_l0), point(x_l0 + width_l0, y_l0 + height_l0)));

-- By rank, those that touch an area: of a class (null: any), from a probability on, after a rank.
CREATE FUNCTION detections_at(
  analysis uuid, area box, of_class text, at_least double precision, after integer, at_most integer
) RETURNS SETOF detections
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT * FROM detections
  WHERE analysis_id = analysis AND tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    AND box(point(x_l0, y_l0), point(x_l0 + width_l0, y_l0 + height_l0)) && area
    AND (of_class IS NULL OR class = of_class) AND probability >= at_least AND rank > after
  ORDER BY rank LIMIT at_most
$$;

-- The same of outlines, by their bounding boxes.
CREATE FUNCTION segments_at(
  analysis uuid, area box, of_class text, at_least double precision, after integer, at_most integer
) RETURNS SETOF segments
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT * FROM segments
  WHERE analysis_id = analysis AND tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    AND box_l0 && area
    AND (of_class IS NULL OR class = of_class) AND probability >= at_least AND rank > after
  ORDER BY rank LIMIT at_most
$$;

-- How many have the centre of their bounding box in an area, by class and square cell.
CREATE FUNCTION count_detections_at(analysis uuid, area box, cell double precision)
RETURNS TABLE (class text, col integer, "row" integer, count integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT d.class, floor((x_l0 + width_l0 / 2) / cell)::integer, floor((y_l0 + height_l0 / 2) / cell)::integer,
    count(*)::integer
  FROM detections d
  WHERE analysis_id = analysis AND tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    AND box(point(x_l0, y_l0), point(x_l0 + width_l0, y_l0 + height_l0)) && area
    AND area @> point(x_l0 + width_l0 / 2, y_l0 + height_l0 / 2)
  GROUP BY 1, 2, 3
$$;

CREATE FUNCTION count_segments_at(analysis uuid, area box, cell double precision)
RETURNS TABLE (class text, col integer, "row" integer, count integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.class, floor((center(box_l0))[0] / cell)::integer, floor((center(box_l0))[1] / cell)::integer,
    count(*)::integer
  FROM segments s
  WHERE analysis_id = analysis AND tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    AND box_l0 && area AND area @> center(box_l0)
  GROUP BY 1, 2, 3
$$;

GRANT CREATE ON SCHEMA public TO gigascope_dispatcher;
DO $$
DECLARE
  f text;
BEGIN
  FOREACH f IN ARRAY ARRAY[
    'detections_at(uuid, box, text, double precision, integer, integer)',
    'segments_at(uuid, box, text, double precision, integer, integer)',
    'count_detections_at(uuid, box, double precision)',
    'count_segments_at(uuid, box, double precision)'
  ] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO gigascope_dispatcher', f);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO gigascope_app, gigascope_dispatcher', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM gigascope_dispatcher;
