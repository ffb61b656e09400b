-- Bulk work, accepted before anything is done: a program that dies in the middle goes on with it when it starts again.
CREATE TABLE run (
    id            TEXT COLLATE "C" PRIMARY KEY,
    kind          TEXT NOT NULL,
    router_id     TEXT COLLATE "C" NOT NULL,
    service_type  TEXT COLLATE "C" NOT NULL,
    disconnect    TEXT NOT NULL,
    operator_id   TEXT NOT NULL,
    operator_name TEXT NOT NULL,
    state         TEXT NOT NULL,
    warnings      TEXT NOT NULL,
    pruned        TEXT NOT NULL,
    problem       TEXT,
    cancel_asked  BOOLEAN NOT NULL DEFAULT FALSE,
    total         BIGINT NOT NULL,
    created_ms    BIGINT NOT NULL,
    ended_ms      BIGINT,
    -- Which start of NetPilot is at work on it, and when it last said so.
    owner         TEXT NOT NULL,
    claimed_ms    BIGINT NOT NULL
);

CREATE INDEX run_by_time ON run (created_ms, id);
CREATE INDEX run_unfinished ON run (state) WHERE state = 'running';

-- Customers of a run that have no outcome yet when it is accepted: what is planned for each, as a row of the report in
-- JSON, without secrets. They go when the run ends.
CREATE TABLE run_item (
    run_id      TEXT COLLATE "C" NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position    BIGINT NOT NULL,
    customer_id TEXT COLLATE "C" NOT NULL,
    planned     TEXT NOT NULL,
    attempts    BIGINT NOT NULL,
    PRIMARY KEY (run_id, position)
);

-- What became of each customer: the same row, and its word. It is written once.
CREATE TABLE run_outcome (
    run_id   TEXT COLLATE "C" NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    outcome  TEXT NOT NULL,
    word     TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL,
    done_ms  BIGINT NOT NULL,
    PRIMARY KEY (run_id, position)
);

-- Whether sessions of theirs must end that may have begun before a change: set before the change is written, taken back
-- once they were seen to be gone.
ALTER TABLE pushed_account ADD COLUMN owes_end BOOLEAN NOT NULL DEFAULT FALSE;
