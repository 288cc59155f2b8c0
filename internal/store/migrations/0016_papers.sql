-- Each attempt to bring a letter to its addressee.
CREATE TABLE services (
  case_id      BIGINT NOT NULL REFERENCES cases(id),
  place        BIGINT NOT NULL,
  letter       BIGINT NOT NULL DEFAULT 0,
  way          TEXT   NOT NULL,
  carrier      TEXT   NOT NULL DEFAULT '',
  number       TEXT   NOT NULL DEFAULT '',
  posted_on    TEXT   NOT NULL DEFAULT '',
  sent_on      TEXT   NOT NULL DEFAULT '',
  opened_on    TEXT   NOT NULL DEFAULT '',
  signed_on    TEXT   NOT NULL DEFAULT '',
  published_on TEXT   NOT NULL DEFAULT '',
  signer       TEXT   NOT NULL DEFAULT '',
  failed_on    TEXT   NOT NULL DEFAULT '',
  failure      TEXT   NOT NULL DEFAULT '',
  again        BIGINT NOT NULL DEFAULT 0,
  recorded_at  BIGINT NOT NULL,
  recorded_by  TEXT   NOT NULL,
  version      BIGINT NOT NULL,
  mac          BYTEA  NOT NULL,
  PRIMARY KEY (case_id, place)
);
CREATE INDEX services_unproved ON services (case_id, place) WHERE way = 'mail' AND signed_on = '' AND failed_on = '';
-- What is given to the applicant, file by file.
CREATE TABLE releases (
  case_id      BIGINT   NOT NULL REFERENCES cases(id),
  place        BIGINT   NOT NULL,
  findings     BIGINT   NOT NULL,
  unread       SMALLINT NOT NULL,
  confirmed_at BIGINT   NOT NULL,
  confirmed_by TEXT     NOT NULL,
  released_on  TEXT     NOT NULL DEFAULT '',
  released_at  BIGINT   NOT NULL DEFAULT 0,
  released_by  TEXT     NOT NULL DEFAULT '',
  part         BIGINT   NOT NULL DEFAULT 0,
  mac          BYTEA    NOT NULL,
  PRIMARY KEY (case_id, place)
);
-- A file belongs to the case, or to one of its facts.
ALTER TABLE attachments ADD COLUMN event_seq BIGINT NOT NULL DEFAULT 0;
