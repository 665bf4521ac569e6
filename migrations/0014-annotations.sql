-- Up Migration
-- What people drew on slides in other software: truth that models are measured by, or notes. A set is one file, kept as
-- GeoJSON in level-0 pixels.

CREATE TABLE annotation_sets (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES tenants,
  slide_id uuid NOT NULL REFERENCES slides ON DELETE CASCADE,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  kind text NOT NULL CHECK (kind IN ('truth', 'note')),
  -- As it came.
  format text NOT NULL,
  created_by text NOT NULL,
  created_by_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  annotations integer NOT NULL CHECK (annotations > 0),
  geojson text NOT NULL
);
CREATE INDEX annotation_sets_of_slide ON annotation_sets (slide_id, id DESC);

ALTER TABLE annotation_sets ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotation_sets FORCE ROW LEVEL SECURITY;
CREATE POLICY own_laboratory ON annotation_sets TO gigascope_app
  USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT, DELETE ON annotation_sets TO gigascope_app;
