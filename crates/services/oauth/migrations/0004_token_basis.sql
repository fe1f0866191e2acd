-- What some tokens rest on beside the client's own right. It goes with the token.
CREATE TABLE token_basis (
    token          uuid  PRIMARY KEY REFERENCES access_token ON DELETE CASCADE,
    -- The token that it was exchanged for, which must be good as long as it is.
    exchanged_from uuid,
    -- The details that came along, sealed: an attest is about a patient.
    details        bytea
);
