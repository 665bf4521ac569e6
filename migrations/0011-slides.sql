-- Up Migration
-- Slides as a laboratory keeps them: its own references, the spacing that it states, a hold, deletion and retention.

ALTER TABLE slides
  ADD COLUMN case_ref text,
  ADD COLUMN patient_ref text,
  ADD COLUMN block_ref text,
  -- µm per level-0 pixel, in place of what the file says.
  ADD COLUMN mpp_x double precision CHECK (mpp_x > 0),
  ADD COLUMN mpp_y double precision CHECK (mpp_y > 0),
  ADD COLUMN legal_hold boolean NOT NULL DEFAULT false,
  -- Counts what people changed; the ETag.
  ADD COLUMN version integer NOT NULL DEFAULT 1,
  ADD CONSTRAINT spacing_of_both_axes CHECK ((mpp_x IS NULL) = (mpp_y IS NULL));
ALTER TABLE slides DROP CONSTRAINT slides_state_check;
ALTER TABLE slides ADD CONSTRAINT slides_state_check
  CHECK (state IN ('received', 'verified', 'ready', 'rejected', 'deleting'));
CREATE INDEX slides_by_size ON slides (tenant_id, size_bytes, id);
CREATE INDEX slides_by_case ON slides (tenant_id, case_ref) WHERE case_ref IS NOT NULL;

-- What an upload became may be gone.
ALTER TABLE uploads DROP CONSTRAINT uploads_slide_id_fkey;
ALTER TABLE uploads ADD CONSTRAINT uploads_slide_id_fkey FOREIGN KEY (slide_id) REFERENCES slides ON DELETE SET NULL;

-- Written with the decision to delete; gone_at when the last file and row are.
CREATE TABLE tombstones (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  sha256 text NOT NULL,
  size_bytes bigint NOT NULL,
  deleted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  deleted_by text NOT NULL,
  reason text NOT NULL,
  gone_at timestamptz
);
CREATE INDEX tombstones_open ON tombstones (tenant_id) WHERE gone_at IS NULL;

CREATE TABLE retention_policies (
  tenant_id uuid PRIMARY KEY REFERENCES tenants,
  ready_days integer CHECK (ready_days > 0),
  rejected_days integer CHECK (rejected_days > 0),
  result_days integer CHECK (result_days > 0)
);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['tombstones', 'retention_policies'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY own_laboratory ON %I TO gigascope_app'
      ' USING (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)'
      ' WITH CHECK (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO gigascope_app', t);
  END LOOP;
END $$;
