-- Who was online from when to when. ended_ms is NULL while a session goes on; seen_ms is when it was last known to.
-- Bytes are NULL where they were never counted. session_key is the row of the router, whose ids are used again after
-- its restart: only with started_ms it is one session.
CREATE TABLE session_history (
    id           TEXT PRIMARY KEY,
    router_id    TEXT NOT NULL,
    service_type TEXT NOT NULL,
    session_key  TEXT NOT NULL,
    username     TEXT NOT NULL,
    customer_id  TEXT,
    address      TEXT,
    caller_id    TEXT,
    started_ms   INTEGER NOT NULL,
    seen_ms      INTEGER NOT NULL,
    ended_ms     INTEGER,
    bytes_down   INTEGER,
    bytes_up     INTEGER,
    end_reason   TEXT,
    gap          INTEGER NOT NULL
) STRICT;

CREATE INDEX session_history_by_start ON session_history (started_ms, id);
CREATE INDEX session_history_by_customer ON session_history (customer_id, started_ms, id);
CREATE INDEX session_history_by_username ON session_history (username, started_ms, id);
-- Finds those that go on, and those that are old.
CREATE INDEX session_history_by_end ON session_history (ended_ms);
