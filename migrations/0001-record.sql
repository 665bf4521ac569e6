-- Up Migration
-- The record of everything: laboratories, slides, models, analyses and their tasks, findings.
-- The roles gigascope_app and gigascope_dispatcher exist already (packages/store/src/migrate.ts makes them with
-- generated passwords, because a password has no place in a migration).

CREATE TABLE tenants (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  name text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- The laboratory of an installation that knows only one; DEFAULT_TENANT_ID in packages/store.
INSERT INTO tenants (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'default');

CREATE TABLE slides (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES tenants,
  name text NOT NULL,
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
  state text NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'verified', 'ready', 'rejected')),
  error_code text,
  error_detail text,
  blob_key text NOT NULL,
  metadata jsonb,
  thumbnail_key text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX slides_newest ON slides (tenant_id, id DESC);

CREATE TABLE uploads (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES tenants,
  name text NOT NULL,
  expected_sha256 text,
  size_bytes bigint,
  received_bytes bigint NOT NULL DEFAULT 0,
  state text NOT NULL DEFAULT 'receiving' CHECK (state IN ('receiving', 'done', 'failed')),
  error_code text,
  slide_id uuid REFERENCES slides,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Installation-wide: a model belongs to no laboratory.
CREATE TABLE models (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  name text NOT NULL,
  version text NOT NULL,
  sha256 text NOT NULL UNIQUE,
  manifest jsonb NOT NULL,
  folder text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE analyses (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES tenants,
  slide_id uuid NOT NULL REFERENCES slides,
  model_id uuid NOT NULL REFERENCES models,
  parameters jsonb NOT NULL,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'canceled')),
  lane text NOT NULL DEFAULT 'routine' CHECK (lane IN ('stat', 'routine', 'research')),
  priority integer NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 100),
  deadline timestamptz,
  error_code text,
  error_detail text,
  stamp jsonb,
  result jsonb,
  blocks_total integer NOT NULL DEFAULT 0,
  blocks_done integer NOT NULL DEFAULT 0,
  cells_total bigint NOT NULL DEFAULT 0,
  cells_done bigint NOT NULL DEFAULT 0,
  event_seq bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  started_at timestamptz,
  blocks_started_at timestamptz,
  progress_at timestamptz,
  finished_at timestamptz
);
CREATE INDEX analyses_newest ON analyses (tenant_id, id DESC);
CREATE INDEX analyses_of_slide ON analyses (slide_id);
CREATE INDEX analyses_open ON analyses (lane, priority, id) WHERE state IN ('queued', 'running');

CREATE TABLE plans (
  analysis_id uuid PRIMARY KEY REFERENCES analyses ON DELETE CASCADE,
  tenant_id uuid NOT NULL REFERENCES tenants,
  plan jsonb NOT NULL,
  tissue_cells bytea NOT NULL,
  thumbnail_key text NOT NULL
);

CREATE TABLE tasks (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES tenants,
  analysis_id uuid NOT NULL REFERENCES analyses ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('plan', 'block', 'finish')),
  block jsonb,
  block_index integer,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'queued', 'running', 'done')),
  attempt integer NOT NULL DEFAULT 0,
  failures integer NOT NULL DEFAULT 0,
  lease_until timestamptz,
  worker_id uuid,
  predictions bytea,
  error_code text,
  error_detail text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  queued_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  CHECK ((kind = 'block') = (block IS NOT NULL AND block_index IS NOT NULL)),
  -- One plan, one finish and one of each block, whatever goes wrong.
  UNIQUE NULLS NOT DISTINCT (analysis_id, kind, block_index)
);
CREATE INDEX tasks_waiting ON tasks (analysis_id, kind, block_index) WHERE state = 'waiting';
CREATE INDEX tasks_in_flight ON tasks (state, lease_until) WHERE state IN ('queued', 'running');

-- Processes, not people: no laboratory's data.
CREATE TABLE workers (
  id uuid PRIMARY KEY,
  host text NOT NULL,
  pid integer NOT NULL,
  capacity integer NOT NULL CHECK (capacity >= 0),
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE events (
  analysis_id uuid NOT NULL REFERENCES analyses ON DELETE CASCADE,
  seq bigint NOT NULL,
  tenant_id uuid NOT NULL REFERENCES tenants,
  kind text NOT NULL,
  data jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (analysis_id, seq)
);

CREATE TABLE heatmaps (
  analysis_id uuid PRIMARY KEY REFERENCES analyses ON DELETE CASCADE,
  tenant_id uuid NOT NULL REFERENCES tenants,
  columns integer NOT NULL,
  rows integer NOT NULL,
  blob_key text NOT NULL
);

CREATE TABLE lesions (
  analysis_id uuid NOT NULL REFERENCES analyses ON DELETE CASCADE,
  rank integer NOT NULL,
  tenant_id uuid NOT NULL REFERENCES tenants,
  x_l0 double precision NOT NULL,
  y_l0 double precision NOT NULL,
  probability double precision NOT NULL,
  diameter_um double precision NOT NULL,
  diameter_uncertainty_um double precision NOT NULL,
  area_um2 double precision NOT NULL,
  size_class text NOT NULL CHECK (size_class IN ('itc', 'micro', 'macro')),
  PRIMARY KEY (analysis_id, rank)
);

CREATE TABLE scores (
  analysis_id uuid PRIMARY KEY REFERENCES analyses ON DELETE CASCADE,
  tenant_id uuid NOT NULL REFERENCES tenants,
  score double precision,
  threshold double precision NOT NULL,
  positive boolean
);

-- Boxes and points from detecting models.
CREATE TABLE detections (
  analysis_id uuid NOT NULL REFERENCES analyses ON DELETE CASCADE,
  rank integer NOT NULL,
  tenant_id uuid NOT NULL REFERENCES tenants,
  class text NOT NULL,
  probability double precision NOT NULL,
  x_l0 double precision NOT NULL,
  y_l0 double precision NOT NULL,
  width_l0 double precision NOT NULL,
  height_l0 double precision NOT NULL,
  PRIMARY KEY (analysis_id, rank)
);

-- Outlines from segmenting models: a ring of level-0 points, x and y alternating.
CREATE TABLE segments (
  analysis_id uuid NOT NULL REFERENCES analyses ON DELETE CASCADE,
  rank integer NOT NULL,
  tenant_id uuid NOT NULL REFERENCES tenants,
  class text NOT NULL,
  probability double precision NOT NULL,
  ring_l0 double precision[] NOT NULL,
  PRIMARY KEY (analysis_id, rank)
);

CREATE TABLE reviews (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES tenants,
  analysis_id uuid NOT NULL REFERENCES analyses ON DELETE CASCADE,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'signed')),
  comment text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  signed_at timestamptz
);
CREATE INDEX reviews_of_analysis ON reviews (analysis_id);
