-- Up Migration
-- Every API process remembers for at most half a minute which slides are there to be shown; this tells it which to forget
-- at once.
CREATE FUNCTION tell_slide_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('gigascope_slides', OLD.id::text);
  RETURN NULL;
END $$;
CREATE TRIGGER slide_changed AFTER UPDATE ON slides FOR EACH ROW
  WHEN ((OLD.state, OLD.sha256, OLD.blob_key, OLD.tenant_id) IS DISTINCT FROM (NEW.state, NEW.sha256, NEW.blob_key, NEW.tenant_id))
  EXECUTE FUNCTION tell_slide_changed();
CREATE TRIGGER slide_gone AFTER DELETE ON slides FOR EACH ROW
  EXECUTE FUNCTION tell_slide_changed();
