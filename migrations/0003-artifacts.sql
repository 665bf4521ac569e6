-- Up Migration
-- Every file that an analysis leaves, by the name that `gigascope analyze` gives it, so that the API serves the same
-- bytes without making them again. Written in the transaction that completes the analysis.

CREATE TABLE artifacts (
  analysis_id uuid NOT NULL REFERENCES analyses ON DELETE CASCADE,
  name text NOT NULL,
  tenant_id uuid NOT NULL REFERENCES tenants,
  blob_key text NOT NULL,
  media_type text NOT NULL,
  size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
  PRIMARY KEY (analysis_id, name)
);

ALTER TABLE artifacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE artifacts FORCE ROW LEVEL SECURITY;
CREATE POLICY own_laboratory ON artifacts TO gigascope_app
  USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY every_laboratory ON artifacts TO gigascope_dispatcher USING (true) WITH CHECK (true);
GRANT SELECT ON artifacts TO gigascope_app, gigascope_dispatcher;
GRANT INSERT ON artifacts TO gigascope_dispatcher;
