-- Up Migration
-- What readers say of slides: a review of an analysis by each reader, in editions that are frozen when they are signed, with
-- every change kept; who is at a slide now; and the truth that readers are measured by.

-- Prepared by 0001 and never written to.
DROP TABLE reviews;

CREATE TABLE reviews (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES tenants,
  analysis_id uuid NOT NULL REFERENCES analyses ON DELETE CASCADE,
  slide_id uuid NOT NULL REFERENCES slides ON DELETE CASCADE,
  reader_kind text NOT NULL CHECK (reader_kind IN ('key', 'user', 'anyone')),
  reader_id text NOT NULL,
  reader_name text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('first', 'second', 'adjudication')),
  -- Counts edits: what If-Match names.
  version integer NOT NULL DEFAULT 1 CHECK (version > 0),
  -- The newest.
  edition integer NOT NULL DEFAULT 1 CHECK (edition > 0),
  UNIQUE (analysis_id, reader_id)
);
CREATE INDEX reviews_of_slide ON reviews (slide_id);

CREATE TABLE review_editions (
  review_id uuid NOT NULL REFERENCES reviews ON DELETE CASCADE,
  edition integer NOT NULL CHECK (edition > 0),
  tenant_id uuid NOT NULL REFERENCES tenants,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'signed')),
  confidence text CHECK (confidence IN (
    'definitely-normal', 'probably-normal', 'equivocal', 'probably-tumour', 'definitely-tumour')),
  comment text NOT NULL DEFAULT '' CHECK (char_length(comment) <= 10000),
  time_limited boolean NOT NULL DEFAULT false,
  -- Of the reader to the slide; overlapping periods, such as those sent twice, are one.
  attention tstzmultirange NOT NULL DEFAULT '{}',
  saw_others boolean NOT NULL DEFAULT false,
  amend_reason text CHECK (char_length(amend_reason) <= 1000),
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  signed_at timestamptz,
  PRIMARY KEY (review_id, edition),
  CHECK ((state = 'signed') = (signed_at IS NOT NULL)),
  CHECK (state = 'open' OR confidence IS NOT NULL),
  CHECK ((edition = 1) = (amend_reason IS NULL))
);

CREATE TABLE review_decisions (
  review_id uuid NOT NULL,
  edition integer NOT NULL,
  key text NOT NULL CHECK (key ~ '^((lesion|detection|segment)-[1-9][0-9]{0,8}|added-[0-9a-f-]{36})$'),
  tenant_id uuid NOT NULL REFERENCES tenants,
  decision jsonb NOT NULL CHECK (decision ->> 'verdict' IN ('accept', 'reject', 'moved', 'added')),
  PRIMARY KEY (review_id, edition, key),
  FOREIGN KEY (review_id, edition) REFERENCES review_editions ON DELETE CASCADE
);

CREATE TABLE review_changes (
  review_id uuid NOT NULL REFERENCES reviews ON DELETE CASCADE,
  -- Of the review after the edit, and the change's place in it.
  version integer NOT NULL,
  place integer NOT NULL,
  tenant_id uuid NOT NULL REFERENCES tenants,
  edition integer NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind text NOT NULL CHECK (kind IN ('opened', 'field', 'decision', 'signed', 'amended')),
  subject text NOT NULL,
  before jsonb,
  after jsonb,
  PRIMARY KEY (review_id, version, place)
);

-- Who saw another reader's review of a slide, and so reads it no longer independently.
CREATE TABLE review_sights (
  slide_id uuid NOT NULL REFERENCES slides ON DELETE CASCADE,
  reader_id text NOT NULL,
  tenant_id uuid NOT NULL REFERENCES tenants,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (slide_id, reader_id)
);

-- A lease: it holds nobody up for long who finds it run out.
CREATE TABLE slide_claims (
  slide_id uuid PRIMARY KEY REFERENCES slides ON DELETE CASCADE,
  tenant_id uuid NOT NULL REFERENCES tenants,
  reader_kind text NOT NULL,
  reader_id text NOT NULL,
  reader_name text NOT NULL,
  claimed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  lease_until timestamptz NOT NULL
);

CREATE TABLE slide_truth (
  slide_id uuid PRIMARY KEY REFERENCES slides ON DELETE CASCADE,
  tenant_id uuid NOT NULL REFERENCES tenants,
  label text NOT NULL CHECK (label IN ('tumour', 'normal')),
  set_by text NOT NULL,
  set_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX slide_truth_of_laboratory ON slide_truth (tenant_id, slide_id DESC);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['reviews', 'review_editions', 'review_decisions', 'review_changes', 'review_sights',
                           'slide_claims', 'slide_truth'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY own_laboratory ON %I TO gigascope_app'
      ' USING (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)'
      ' WITH CHECK (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO gigascope_app', t);
  END LOOP;
END $$;
GRANT UPDATE (version, edition) ON reviews TO gigascope_app;
GRANT UPDATE (state, confidence, comment, time_limited, attention, saw_others, signed_at) ON review_editions TO gigascope_app;
GRANT UPDATE (decision), DELETE ON review_decisions TO gigascope_app;
GRANT UPDATE, DELETE ON slide_claims, slide_truth TO gigascope_app;

-- Deleting a slide or an analysis takes its reviews along, as a trigger of a foreign key and so never at depth 1;
-- in any other way nothing of a signed edition changes.
CREATE FUNCTION freeze_signed_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN RETURN OLD; END IF;
  IF OLD.state = 'signed' THEN RAISE EXCEPTION 'a signed review is not changed' USING ERRCODE = 'RV409'; END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER frozen_when_signed BEFORE UPDATE OR DELETE ON review_editions
  FOR EACH ROW EXECUTE FUNCTION freeze_signed_edition();

CREATE FUNCTION freeze_signed_decisions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  touched review_decisions;
BEGIN
  IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN RETURN OLD; END IF;
  FOREACH touched IN ARRAY CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW] WHEN 'DELETE' THEN ARRAY[OLD] ELSE ARRAY[OLD, NEW] END LOOP
    -- The lock makes a sign-off that is under way be waited for.
    PERFORM FROM review_editions
    WHERE review_id = touched.review_id AND edition = touched.edition AND state = 'open' FOR SHARE;
    IF NOT FOUND THEN RAISE EXCEPTION 'a signed review is not changed' USING ERRCODE = 'RV409'; END IF;
  END LOOP;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER frozen_when_signed BEFORE INSERT OR UPDATE OR DELETE ON review_decisions
  FOR EACH ROW EXECUTE FUNCTION freeze_signed_decisions();

CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'the history of a review is never changed';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON review_changes
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
