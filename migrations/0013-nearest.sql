-- Up Migration
-- Boxes and outlines of one analysis by their distance from a point, the nearest first, off the same index as in 0005 and
-- for the same reason through functions.

CREATE FUNCTION detections_near(
  analysis uuid, place point, of_class text, at_least double precision, at_most integer
) RETURNS SETOF detections
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT * FROM detections
  WHERE analysis_id = analysis AND tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    AND (of_class IS NULL OR class = of_class) AND probability >= at_least
  ORDER BY box(point(x_l0, y_l0), point(x_l0 + width_l0, y_l0 + height_l0)) <-> box(place, place) LIMIT at_most
$$;

CREATE FUNCTION segments_near(
  analysis uuid, place point, of_class text, at_least double precision, at_most integer
) RETURNS SETOF segments
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT * FROM segments
  WHERE analysis_id = analysis AND tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    AND (of_class IS NULL OR class = of_class) AND probability >= at_least
  ORDER BY box_l0 <-> box(place, place) LIMIT at_most
$$;

GRANT CREATE ON SCHEMA public TO gigascope_dispatcher;
DO $$
DECLARE
  f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['detections_near(uuid, point, text, double precision, integer)',
                           'segments_near(uuid, point, text, double precision, integer)'] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO gigascope_dispatcher', f);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO gigascope_app, gigascope_dispatcher', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM gigascope_dispatcher;
