-- Times are milliseconds since 1970, UTC. Columns ending in _sealed hold AEAD ciphertext (v1.keyid.nonce.text).

CREATE TABLE operator (
    id            TEXT PRIMARY KEY,
    username      TEXT NOT NULL UNIQUE,
    email         TEXT NOT NULL UNIQUE,
    role          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    enabled       INTEGER NOT NULL DEFAULT 1,
    created_ms    INTEGER NOT NULL
) STRICT;

-- One sign-in. The reference itself is only with the browser; here is its SHA-256.
CREATE TABLE operator_session (
    id           TEXT PRIMARY KEY,
    operator_id  TEXT NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
    created_ms   INTEGER NOT NULL,
    last_used_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX operator_session_by_operator ON operator_session (operator_id);

CREATE TABLE package (
    name       TEXT PRIMARY KEY,
    body       TEXT NOT NULL,
    origin     TEXT NOT NULL,
    updated_ms INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

-- mac_address and ip_address: NULL is left to the router, empty is cleared, anything else is bound.
CREATE TABLE customer (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    mobile          TEXT,
    email           TEXT,
    package         TEXT NOT NULL,
    status          TEXT NOT NULL,
    service_type    TEXT NOT NULL,
    username        TEXT NOT NULL,
    password_sealed TEXT,
    mac_address     TEXT,
    ip_address      TEXT,
    origin          TEXT NOT NULL,
    updated_ms      INTEGER NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX customer_by_service ON customer (service_type, username);

-- What was last written for a customer, so that a router that hides passwords can still be compared.
CREATE TABLE pushed_account (
    router_id     TEXT NOT NULL,
    service_type  TEXT NOT NULL,
    customer_id   TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    pushed_ms     INTEGER NOT NULL,
    PRIMARY KEY (router_id, service_type, customer_id)
) STRICT;

CREATE TABLE router (
    id        TEXT PRIMARY KEY,
    read_only INTEGER NOT NULL
) STRICT;
