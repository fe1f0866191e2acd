-- For the exclusion constraints of bitemporal tables in every context.
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public;

-- The outbox. `sequence` follows the order of insertion; the dispatcher fans events out in that
-- order as they become visible, so an event that was emitted after another was committed is never
-- delivered before it.
CREATE TABLE event (
    id         uuid PRIMARY KEY,
    sequence   bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    name       text NOT NULL,
    context    text NOT NULL,
    payload    jsonb NOT NULL,
    emitted_at timestamptz NOT NULL,
    fanned_out boolean NOT NULL DEFAULT false
);
CREATE INDEX event_waiting ON event (sequence) WHERE NOT fanned_out;

-- One row per event and consumer that reacts to it.
CREATE TABLE delivery (
    consumer   text NOT NULL,
    event      uuid NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    position   bigint GENERATED ALWAYS AS IDENTITY,
    state      text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'dead')),
    attempts   integer NOT NULL DEFAULT 0,
    retry_at   timestamptz,
    failure    text,
    settled_at timestamptz,
    PRIMARY KEY (consumer, event)
);
CREATE INDEX delivery_waiting ON delivery (consumer, position) WHERE state = 'waiting';
CREATE INDEX delivery_dead ON delivery (settled_at) WHERE state = 'dead';

-- Durable jobs. `lease` is a token that only the worker that runs the job knows: whoever lost the
-- lease can neither report progress nor finish.
CREATE TABLE job (
    id          uuid PRIMARY KEY,
    kind        text NOT NULL,
    key         text NOT NULL,
    context     text NOT NULL,
    payload     jsonb NOT NULL,
    state       text NOT NULL DEFAULT 'waiting'
                CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    -- NULL: at once, whatever the clock says.
    run_after   timestamptz,
    -- How often it failed, and how often its process was killed.
    attempts    integer NOT NULL DEFAULT 0,
    interrupted integer NOT NULL DEFAULT 0,
    lease       uuid,
    lease_until timestamptz,
    cancel      boolean NOT NULL DEFAULT false,
    done        bigint NOT NULL DEFAULT 0,
    total       bigint NOT NULL DEFAULT 0,
    message     text NOT NULL DEFAULT '',
    failure     text,
    created_at  timestamptz NOT NULL,
    started_at  timestamptz,
    finished_at timestamptz,
    UNIQUE (kind, key),
    CHECK ((state = 'running') = (lease IS NOT NULL))
);
CREATE INDEX job_open ON job (kind, run_after) WHERE state IN ('waiting', 'running');

-- The doors for contexts: their roles reach nothing else here.
CREATE FUNCTION emit(id uuid, name text, context text, payload jsonb, at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = work, pg_temp AS $$
    INSERT INTO event (id, name, context, payload, emitted_at) VALUES (id, name, context, payload, at);
    SELECT pg_notify('varde_event', '');
$$;

-- The id of the job with this kind and key: the new one, or the one that was there.
CREATE FUNCTION enqueue(
    new_id uuid, new_kind text, new_key text, new_context text, new_payload jsonb,
    new_run_after timestamptz, at timestamptz
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = work, pg_temp AS $$
DECLARE
    found_id uuid;
BEGIN
    INSERT INTO job (id, kind, key, context, payload, run_after, created_at)
    VALUES (new_id, new_kind, new_key, new_context, new_payload, new_run_after, at)
    ON CONFLICT (kind, key) DO NOTHING;
    SELECT job.id INTO found_id FROM job WHERE kind = new_kind AND key = new_key;
    IF found_id = new_id THEN
        PERFORM pg_notify('varde_job', new_kind);
    END IF;
    RETURN found_id;
END $$;

-- Whether the job was still this worker's and is now done. The row stays locked until the end of
-- the transaction, so the effects and the completion are one.
CREATE FUNCTION finish(job_id uuid, job_lease uuid, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = work, pg_temp AS $$
BEGIN
    UPDATE job SET state = 'done', lease = NULL, lease_until = NULL, failure = NULL, finished_at = at
    WHERE id = job_id AND lease = job_lease AND state = 'running';
    RETURN FOUND;
END $$;

-- Whether the delivery was still waiting and is now done.
CREATE FUNCTION deliver(to_consumer text, of_event uuid, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = work, pg_temp AS $$
BEGIN
    UPDATE delivery SET state = 'done', failure = NULL, retry_at = NULL, settled_at = at
    WHERE consumer = to_consumer AND event = of_event AND state = 'waiting';
    RETURN FOUND;
END $$;

-- Whether there was such a job that had not ended. A waiting one is cancelled here, a running one by
-- its worker at the next sign of life.
CREATE FUNCTION cancel(job_id uuid, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = work, pg_temp AS $$
BEGIN
    UPDATE job SET cancel = true,
                   state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END,
                   finished_at = CASE state WHEN 'waiting' THEN at END
    WHERE id = job_id AND state IN ('waiting', 'running');
    RETURN FOUND;
END $$;

-- Whether there was such a job that had failed or been cancelled, and now waits again.
CREATE FUNCTION retry(job_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = work, pg_temp AS $$
BEGIN
    UPDATE job SET state = 'waiting', run_after = NULL, attempts = 0, cancel = false, finished_at = NULL
    WHERE id = job_id AND state IN ('failed', 'cancelled');
    IF FOUND THEN
        PERFORM pg_notify('varde_job', '');
        RETURN true;
    END IF;
    RETURN false;
END $$;

-- Whether there was such a dead letter, which now waits again at its old place.
CREATE FUNCTION redeliver(to_consumer text, of_event uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = work, pg_temp AS $$
BEGIN
    UPDATE delivery SET state = 'waiting', attempts = 0, retry_at = NULL, settled_at = NULL
    WHERE consumer = to_consumer AND event = of_event AND state = 'dead';
    IF FOUND THEN
        PERFORM pg_notify('varde_event', '');
        RETURN true;
    END IF;
    RETURN false;
END $$;
