-- Rows of a router that somebody chose not to see: hidden as long as this is what is seen of them. No secret is in it.
CREATE TABLE ignored_drift (
    router_id    TEXT NOT NULL,
    service_type TEXT NOT NULL,
    username     TEXT NOT NULL,
    seen         TEXT NOT NULL,
    ignored_ms   INTEGER NOT NULL,
    PRIMARY KEY (router_id, service_type, username)
) STRICT;
