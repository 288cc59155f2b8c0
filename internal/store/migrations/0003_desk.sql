-- Forms that created something: sent again they create nothing.
CREATE TABLE spent_keys (
  actor     TEXT   NOT NULL,
  form_key  TEXT   NOT NULL,
  digest    BYTEA  NOT NULL,
  object_id BIGINT NOT NULL,
  spent_at  BIGINT NOT NULL,
  PRIMARY KEY (actor, form_key)
);
CREATE INDEX spent_keys_at ON spent_keys (spent_at);
