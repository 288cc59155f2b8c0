-- What a case is about, in the words of the agency's own list.
CREATE TABLE case_topics (
  case_id BIGINT PRIMARY KEY REFERENCES cases(id),
  topic   TEXT   NOT NULL,
  set_at  BIGINT NOT NULL,
  set_by  TEXT   NOT NULL,
  mac     BYTEA  NOT NULL
);
