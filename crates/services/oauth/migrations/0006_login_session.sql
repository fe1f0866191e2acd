-- A session that ends looks for the logins that it gave.
CREATE INDEX login_session ON login (session) WHERE ended_at IS NULL;
