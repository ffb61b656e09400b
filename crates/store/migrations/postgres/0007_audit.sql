-- Who did what, when, from where, and what came of it. Rows are only ever added: what is begun has one row, and its end
-- another that names it. Bodies are JSON without secrets.
CREATE TABLE audit (
    id           TEXT COLLATE "C" PRIMARY KEY,
    begun_id     TEXT COLLATE "C",
    at_ms        BIGINT NOT NULL,
    actor_id     TEXT COLLATE "C",
    actor        TEXT COLLATE "C" NOT NULL,
    role         TEXT,
    from_address TEXT,
    request_id   TEXT,
    action       TEXT COLLATE "C" NOT NULL,
    object_kind  TEXT NOT NULL,
    object_id    TEXT,
    object_label TEXT,
    customer_id  TEXT COLLATE "C",
    before_body  TEXT,
    after_body   TEXT,
    outcome      TEXT NOT NULL,
    code         TEXT,
    run_id       TEXT COLLATE "C"
);

CREATE INDEX audit_by_begun ON audit (begun_id) WHERE begun_id IS NOT NULL;
CREATE INDEX audit_by_customer ON audit (customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX audit_by_actor ON audit (actor, id);
CREATE INDEX audit_by_action ON audit (action, id);

CREATE FUNCTION audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is only added to';
END
$$;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_is_only_added_to();

CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to();
