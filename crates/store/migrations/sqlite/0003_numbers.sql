-- The highest number ever given to a customer (CUS-n) or package (PKG-n): none is given twice, for a form that is still
-- open somewhere, or an account on a router, would mean somebody else by it. Numbers of more than 15 digits are not ours.
CREATE TABLE numbering (
    prefix  TEXT PRIMARY KEY,
    highest INTEGER NOT NULL
) STRICT;

INSERT INTO numbering (prefix, highest)
SELECT 'CUS-', COALESCE(MAX(CAST(substr(id, 5) AS INTEGER)), 0)
FROM (SELECT id FROM customer UNION ALL SELECT customer_id FROM pushed_account)
WHERE id GLOB 'CUS-[0-9]*' AND substr(id, 5) NOT GLOB '*[^0-9]*' AND length(id) <= 19;

INSERT INTO numbering (prefix, highest)
SELECT 'PKG-', COALESCE(MAX(CAST(substr(id, 5) AS INTEGER)), 0) FROM package;
