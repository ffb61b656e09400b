-- What was last written for a customer: by the name and the comment their account is found again without reading every
-- one of the router. The hash is NULL where no password was ever written by us.
CREATE TABLE pushed (
    router_id     TEXT NOT NULL,
    service_type  TEXT NOT NULL,
    customer_id   TEXT NOT NULL,
    username      TEXT,
    comment       TEXT,
    password_hash TEXT,
    pushed_ms     INTEGER NOT NULL,
    PRIMARY KEY (router_id, service_type, customer_id)
) STRICT;

INSERT INTO pushed (router_id, service_type, customer_id, password_hash, pushed_ms)
SELECT router_id, service_type, customer_id, password_hash, pushed_ms FROM pushed_account;

DROP TABLE pushed_account;
ALTER TABLE pushed RENAME TO pushed_account;
