-- Bulk work, accepted before anything is done: a program that dies in the middle goes on with it when it starts again.
CREATE TABLE run (
    id            TEXT PRIMARY KEY,
    kind          TEXT NOT NULL,
    router_id     TEXT NOT NULL,
    service_type  TEXT NOT NULL,
    disconnect    TEXT NOT NULL,
    operator_id   TEXT NOT NULL,
    operator_name TEXT NOT NULL,
    state         TEXT NOT NULL,
    warnings      TEXT NOT NULL,
    pruned        TEXT NOT NULL,
    problem       TEXT,
    cancel_asked  INTEGER NOT NULL DEFAULT 0,
    total         INTEGER NOT NULL,
    created_ms    INTEGER NOT NULL,
    ended_ms      INTEGER,
    -- Which start of NetPilot is at work on it, and when it last said so.
    owner         TEXT NOT NULL,
    claimed_ms    INTEGER NOT NULL
) STRICT;

CREATE INDEX run_by_time ON run (created_ms, id);
CREATE INDEX run_unfinished ON run (state) WHERE state = 'running';

-- Customers of a run that have no outcome yet when it is accepted: what is planned for each, as a row of the report in
-- JSON, without secrets. They go when the run ends.
CREATE TABLE run_item (
    run_id      TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    customer_id TEXT NOT NULL,
    planned     TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    PRIMARY KEY (run_id, position)
) STRICT;

-- What became of each customer: the same row, and its word. It is written once.
CREATE TABLE run_outcome (
    run_id   TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    outcome  TEXT NOT NULL,
    word     TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    done_ms  INTEGER NOT NULL,
    PRIMARY KEY (run_id, position)
) STRICT;

-- Whether sessions of theirs must end that may have begun before a change: set before the change is written, taken back
-- once they were seen to be gone.
ALTER TABLE pushed_account ADD COLUMN owes_end INTEGER NOT NULL DEFAULT 0;
