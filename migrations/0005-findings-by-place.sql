-- Up Migration
-- Boxes and outlines of one analysis by place. An index over place alone mixes all analyses of all slides, and the app role
-- could not use it anyhow: under row-level security only leakproof operators reach an index, and those of box are not.
-- So each index begins with the analysis, and the app role asks it through a function that runs as the dispatcher and tells
-- nothing but ranks, of the caller's own laboratory; the rows themselves are read under row-level security as ever.

-- uuid in a GiST index; comes with PostgreSQL, and a database's owner may create it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

DROP INDEX segments_by_place;
CREATE INDEX segments_by_place ON segments USING gist (analysis_id, box_l0);
CREATE INDEX detections_by_place ON detections
  USING gist (analysis_id, box(point(x_l0, y_l0), point(x_l0 + width_l0, y_l0 + height_l0)));

-- Ranks of the boxes that touch an area.
CREATE FUNCTION detections_at(analysis uuid, area box) RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT rank FROM detections
  WHERE analysis_id = analysis AND tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    AND box(point(x_l0, y_l0), point(x_l0 + width_l0, y_l0 + height_l0)) && area
$$;

-- Ranks of the outlines whose bounding boxes touch an area.
CREATE FUNCTION segments_at(analysis uuid, area box) RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT rank FROM segments
  WHERE analysis_id = analysis AND tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    AND box_l0 && area
$$;

GRANT CREATE ON SCHEMA public TO gigascope_dispatcher;
ALTER FUNCTION detections_at(uuid, box) OWNER TO gigascope_dispatcher;
ALTER FUNCTION segments_at(uuid, box) OWNER TO gigascope_dispatcher;
REVOKE CREATE ON SCHEMA public FROM gigascope_dispatcher;
REVOKE EXECUTE ON FUNCTION detections_at(uuid, box), segments_at(uuid, box) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION detections_at(uuid, box), segments_at(uuid, box) TO gigascope_app, gigascope_dispatcher;
