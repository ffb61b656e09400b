-- What staff know of a customer that no router needs. Days are written 2026-01-05.
ALTER TABLE customer ADD COLUMN customer_type TEXT;
ALTER TABLE customer ADD COLUMN joined TEXT;
ALTER TABLE customer ADD COLUMN installation_address TEXT;
ALTER TABLE customer ADD COLUMN zone TEXT;
ALTER TABLE customer ADD COLUMN expiry_date TEXT;
ALTER TABLE customer ADD COLUMN notes TEXT;

CREATE INDEX customer_by_package ON customer (package);

-- A package keeps its id when its name changes.
CREATE TABLE package_with_id (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    body       TEXT NOT NULL,
    origin     TEXT NOT NULL,
    updated_ms INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

INSERT INTO package_with_id (id, name, body, origin, updated_ms, version)
SELECT 'PKG-' || row_number() OVER (ORDER BY name), name, body, origin, updated_ms, version
FROM package;

DROP TABLE package;
ALTER TABLE package_with_id RENAME TO package;
