-- Calls of programs that named a key: the same call again has the same answer, and is not carried out again. An answer
-- may show a password that is shown once, so it is sealed; NULL while the call is at work.
CREATE TABLE idempotency_key (
    -- Who calls what, and the key that they chose.
    id            TEXT PRIMARY KEY,
    fingerprint   TEXT NOT NULL,
    status        INTEGER,
    answer_sealed TEXT,
    created_ms    INTEGER NOT NULL
) STRICT;

CREATE INDEX idempotency_key_by_time ON idempotency_key (created_ms);

-- What admins chose, each value as JSON.
CREATE TABLE setting (
    name       TEXT PRIMARY KEY,
    value      TEXT NOT NULL,
    version    INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL
) STRICT;

-- Plans that somebody looks at before they are carried out: what was asked for, as JSON, without secrets.
CREATE TABLE plan (
    id          TEXT PRIMARY KEY,
    operator_id TEXT NOT NULL,
    asked       TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    created_ms  INTEGER NOT NULL,
    expires_ms  INTEGER NOT NULL
) STRICT;

CREATE INDEX plan_by_end ON plan (expires_ms);
