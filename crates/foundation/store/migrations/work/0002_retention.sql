-- What is needed to delete what has been handled: an event's deliveries, and jobs by their end.
CREATE INDEX delivery_event ON delivery (event);
CREATE INDEX job_ended ON job (finished_at) WHERE state IN ('done', 'cancelled');
