-- Heads are published in shards: only those in which a chain has grown are written again.

-- The secret that says in which shard a person is. A publication without one is of the first version:
-- one tree over everybody. With one, `root` is that over the shards and `tag_key` the secret's digest.
ALTER TABLE heads ADD COLUMN shard_key bytea CHECK (octet_length(shard_key) = 32);

-- A person's shard, to find the others in it by; none until heads are published next.
ALTER TABLE person ADD COLUMN shard integer;
CREATE INDEX person_shard ON person (shard);

-- The versions of the shards, each by the size of the publication that wrote it. A publication's
-- shards are the newest version of each that is not newer than itself.
CREATE TABLE shard (
    shard   integer NOT NULL,
    size    bigint NOT NULL,
    root    bytea NOT NULL,
    tag_key bytea NOT NULL,
    leaves  bigint NOT NULL,
    PRIMARY KEY (shard, size)
);
