-- Calls of programs that named a key: the same call again has the same answer, and is not carried out again. An answer
-- may show a password that is shown once, so it is sealed; NULL while the call is at work.
CREATE TABLE idempotency_key (
    -- Who calls what, and the key that they chose.
    id            TEXT COLLATE "C" PRIMARY KEY,
    fingerprint   TEXT NOT NULL,
    status        BIGINT,
    answer_sealed TEXT,
    created_ms    BIGINT NOT NULL
);

CREATE INDEX idempotency_key_by_time ON idempotency_key (created_ms);

-- What admins chose, each value as JSON.
CREATE TABLE setting (
    name       TEXT COLLATE "C" PRIMARY KEY,
    value      TEXT NOT NULL,
    version    BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL
);

-- Plans that somebody looks at before they are carried out: what was asked for, as JSON, without secrets.
CREATE TABLE plan (
    id          TEXT COLLATE "C" PRIMARY KEY,
    operator_id TEXT COLLATE "C" NOT NULL,
    asked       TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    created_ms  BIGINT NOT NULL,
    expires_ms  BIGINT NOT NULL
);

CREATE INDEX plan_by_end ON plan (expires_ms);
