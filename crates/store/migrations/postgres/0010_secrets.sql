-- Keys of our own, sealed by the master key. `password-hash` keys the hashes of the passwords that routers were given.
CREATE TABLE sealed_key (
    name         TEXT COLLATE "C" PRIMARY KEY,
    value_sealed TEXT NOT NULL,
    created_ms   BIGINT NOT NULL
);

-- Written before a router is: it shows that there is room, and that nobody else holds the database.
CREATE TABLE heartbeat (
    id   BIGINT PRIMARY KEY,
    room TEXT NOT NULL
);
