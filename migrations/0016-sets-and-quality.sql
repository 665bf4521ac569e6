-- Up Migration
-- Slides of several files, and what was measured of a slide's quality when it came in.

ALTER TABLE slides
  -- 1: the blob is the slide; more: the blob's folder is.
  ADD COLUMN file_count integer NOT NULL DEFAULT 1 CHECK (file_count > 0),
  -- null until it was measured; then its numbers and pictures, or why there are none.
  ADD COLUMN quality jsonb;
CREATE INDEX slides_without_quality ON slides (tenant_id, id) WHERE quality IS NULL AND state = 'ready';
