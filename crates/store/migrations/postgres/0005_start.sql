-- What the first five versions made on SQLite; from here on both engines have the same numbers.
-- Times are milliseconds since 1970, UTC. Columns ending in _sealed hold AEAD ciphertext (v1.keyid.nonce.text).
-- Names are told apart and sorted by their bytes, as SQLite does.

CREATE TABLE operator (
    id            TEXT COLLATE "C" PRIMARY KEY,
    username      TEXT COLLATE "C" NOT NULL UNIQUE,
    email         TEXT COLLATE "C" NOT NULL UNIQUE,
    role          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    enabled       BOOLEAN NOT NULL DEFAULT TRUE,
    created_ms    BIGINT NOT NULL
);

-- One sign-in. The reference itself is only with the browser; here is its SHA-256.
CREATE TABLE operator_session (
    id           TEXT COLLATE "C" PRIMARY KEY,
    operator_id  TEXT COLLATE "C" NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
    created_ms   BIGINT NOT NULL,
    last_used_ms BIGINT NOT NULL
);

CREATE INDEX operator_session_by_operator ON operator_session (operator_id);

CREATE TABLE package (
    id         TEXT COLLATE "C" PRIMARY KEY,
    name       TEXT COLLATE "C" NOT NULL UNIQUE,
    body       TEXT NOT NULL,
    origin     TEXT NOT NULL,
    updated_ms BIGINT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1
);

-- mac_address and ip_address: NULL is left to the router, empty is cleared, anything else is bound.
CREATE TABLE customer (
    id                   TEXT COLLATE "C" PRIMARY KEY,
    name                 TEXT COLLATE "C" NOT NULL,
    mobile               TEXT,
    email                TEXT,
    package              TEXT COLLATE "C" NOT NULL,
    status               TEXT NOT NULL,
    service_type         TEXT COLLATE "C" NOT NULL,
    username             TEXT COLLATE "C" NOT NULL,
    password_sealed      TEXT,
    mac_address          TEXT,
    ip_address           TEXT,
    origin               TEXT NOT NULL,
    updated_ms           BIGINT NOT NULL,
    version              BIGINT NOT NULL DEFAULT 1,
    customer_type        TEXT,
    joined               TEXT,
    installation_address TEXT,
    zone                 TEXT,
    expiry_date          TEXT,
    notes                TEXT
);

CREATE INDEX customer_by_service ON customer (service_type, username);
CREATE INDEX customer_by_package ON customer (package);

CREATE TABLE router (
    id        TEXT COLLATE "C" PRIMARY KEY,
    read_only BOOLEAN NOT NULL
);

-- The highest number ever given to a customer (CUS-n) or package (PKG-n): none is given twice.
CREATE TABLE numbering (
    prefix  TEXT COLLATE "C" PRIMARY KEY,
    highest BIGINT NOT NULL
);

INSERT INTO numbering (prefix, highest) VALUES ('CUS-', 0), ('PKG-', 0);

-- What was last written for a customer. The hash is NULL where no password was ever written by us.
CREATE TABLE pushed_account (
    router_id     TEXT COLLATE "C" NOT NULL,
    service_type  TEXT COLLATE "C" NOT NULL,
    customer_id   TEXT COLLATE "C" NOT NULL,
    username      TEXT,
    comment       TEXT,
    password_hash TEXT,
    pushed_ms     BIGINT NOT NULL,
    PRIMARY KEY (router_id, service_type, customer_id)
);

-- Rows of a router that somebody chose not to see: hidden as long as this is what is seen of them. No secret is in it.
CREATE TABLE ignored_drift (
    router_id    TEXT COLLATE "C" NOT NULL,
    service_type TEXT COLLATE "C" NOT NULL,
    username     TEXT COLLATE "C" NOT NULL,
    seen         TEXT NOT NULL,
    ignored_ms   BIGINT NOT NULL,
    PRIMARY KEY (router_id, service_type, username)
);
