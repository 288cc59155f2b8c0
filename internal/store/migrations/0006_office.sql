-- Who handles a case, and the texts that belong to its events.
ALTER TABLE cases ADD COLUMN officer_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN section_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX cases_open_officer ON cases (agency_id, officer_id, due_on, id) WHERE answered_on = '';
CREATE TABLE case_notes (
  case_id   BIGINT NOT NULL REFERENCES cases(id),
  place     BIGINT NOT NULL,
  event_seq BIGINT NOT NULL,
  kind      TEXT   NOT NULL,
  text      TEXT   NOT NULL,
  noted_at  BIGINT NOT NULL,
  noted_by  TEXT   NOT NULL,
  mac       BYTEA  NOT NULL,
  PRIMARY KEY (case_id, place)
);
