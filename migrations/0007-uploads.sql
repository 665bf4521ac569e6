-- Up Migration
-- Uploads that go on after a lost line or a killed process, and the same bytes as one slide of a laboratory.

-- The owner is bound by row-level security too; what stands is changed for all laboratories.
ALTER TABLE slides NO FORCE ROW LEVEL SECURITY;
ALTER TABLE uploads NO FORCE ROW LEVEL SECURITY;

-- Names under which the same bytes came again.
ALTER TABLE slides ADD COLUMN other_names text[] NOT NULL DEFAULT '{}';
-- Of slides that were uploaded twice before this was noticed; their analyses stay.
ALTER TABLE slides ADD COLUMN duplicate_of uuid REFERENCES slides;
UPDATE slides SET duplicate_of = first.id
FROM (SELECT DISTINCT ON (tenant_id, sha256) tenant_id, sha256, id FROM slides WHERE state <> 'rejected'
      ORDER BY tenant_id, sha256, (state = 'ready') DESC, id) first
WHERE slides.tenant_id = first.tenant_id AND slides.sha256 = first.sha256
  AND slides.state <> 'rejected' AND slides.id <> first.id;
CREATE UNIQUE INDEX slides_once ON slides (tenant_id, sha256)
  WHERE state IN ('received', 'verified', 'ready') AND duplicate_of IS NULL;

-- receiving → received (all bytes are on the disk) → verified (they are the sender's) → ready, or rejected; failed is what
-- is no fault of the file: canceled, expired, cut.
ALTER TABLE uploads DROP CONSTRAINT uploads_state_check;
UPDATE uploads SET state = 'ready' WHERE state = 'done';
ALTER TABLE uploads ADD CONSTRAINT uploads_state_check
  CHECK (state IN ('receiving', 'received', 'verified', 'ready', 'rejected', 'failed'));
ALTER TABLE uploads
  -- 'single': one request, which cannot be resumed.
  ADD COLUMN protocol text NOT NULL DEFAULT 'single' CHECK (protocol IN ('single', 'tus')),
  -- Of the blob that it becomes; while it is received, of its draft.
  ADD COLUMN blob_key text,
  ADD COLUMN sha256 text,
  ADD COLUMN error_detail text,
  ADD COLUMN expires_at timestamptz,
  -- Where a piece began whose checksum was not compared yet; bytes from here on are not to be trusted after a crash.
  ADD COLUMN unverified_from bigint,
  -- The laboratory's own references, of which nothing is known here.
  ADD COLUMN case_ref text,
  ADD COLUMN patient_ref text,
  ADD COLUMN block_ref text;
CREATE INDEX uploads_newest ON uploads (tenant_id, id DESC);
CREATE INDEX uploads_open ON uploads (tenant_id, id) WHERE state IN ('receiving', 'received', 'verified');

ALTER TABLE slides FORCE ROW LEVEL SECURITY;
ALTER TABLE uploads FORCE ROW LEVEL SECURITY;
