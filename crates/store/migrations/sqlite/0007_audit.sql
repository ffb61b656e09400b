-- Who did what, when, from where, and what came of it. Rows are only ever added: what is begun has one row, and its end
-- another that names it. Bodies are JSON without secrets.
CREATE TABLE audit (
    id           TEXT PRIMARY KEY,
    begun_id     TEXT,
    at_ms        INTEGER NOT NULL,
    actor_id     TEXT,
    actor        TEXT NOT NULL,
    role         TEXT,
    from_address TEXT,
    request_id   TEXT,
    action       TEXT NOT NULL,
    object_kind  TEXT NOT NULL,
    object_id    TEXT,
    object_label TEXT,
    customer_id  TEXT,
    before_body  TEXT,
    after_body   TEXT,
    outcome      TEXT NOT NULL,
    code         TEXT,
    run_id       TEXT
) STRICT;

CREATE INDEX audit_by_begun ON audit (begun_id) WHERE begun_id IS NOT NULL;
CREATE INDEX audit_by_customer ON audit (customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX audit_by_actor ON audit (actor, id);
CREATE INDEX audit_by_action ON audit (action, id);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;
