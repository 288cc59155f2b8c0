-- What belongs to a case on paper or as a file, sealed under a key of the case.
CREATE TABLE case_keys (
  case_id  BIGINT PRIMARY KEY REFERENCES cases(id),
  data_key BYTEA  NOT NULL
);
CREATE TABLE attachments (
  uid          BIGINT PRIMARY KEY,
  case_id      BIGINT NOT NULL REFERENCES cases(id),
  place        BIGINT NOT NULL,
  kind         TEXT   NOT NULL,
  name         BYTEA  NOT NULL,
  mime         TEXT   NOT NULL,
  size         BIGINT NOT NULL,
  sha256       TEXT   NOT NULL,
  added_at     BIGINT NOT NULL,
  added_by     TEXT   NOT NULL,
  withdrawn_at BIGINT NOT NULL DEFAULT 0,
  withdrawn_by TEXT   NOT NULL DEFAULT '',
  reason       TEXT   NOT NULL DEFAULT '',
  mac          BYTEA  NOT NULL
);
CREATE UNIQUE INDEX attachments_case ON attachments (case_id, place);
