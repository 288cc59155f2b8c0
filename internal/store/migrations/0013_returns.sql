-- What the editor of an annual report writes: sentences, free text, explanations.
CREATE TABLE report_texts (
  agency_id  BIGINT   NOT NULL REFERENCES agencies(id),
  year       BIGINT   NOT NULL,
  whole      SMALLINT NOT NULL,
  place      BIGINT   NOT NULL,
  data       TEXT     NOT NULL,
  entered_at BIGINT   NOT NULL,
  entered_by TEXT     NOT NULL,
  mac        BYTEA    NOT NULL,
  PRIMARY KEY (agency_id, year, whole, place)
);

-- Returns that were locked (定稿锁定): the figures, the cases behind them, signed.
CREATE TABLE returns (
  agency_id    BIGINT   NOT NULL REFERENCES agencies(id),
  year         BIGINT   NOT NULL,
  whole        SMALLINT NOT NULL,
  version      BIGINT   NOT NULL,
  data         TEXT     NOT NULL,
  members      BYTEA    NOT NULL,
  calendar     TEXT     NOT NULL,
  reason       TEXT     NOT NULL DEFAULT '',
  hash         TEXT     NOT NULL,
  signature    BYTEA    NOT NULL,
  locked_at    BIGINT   NOT NULL,
  locked_by    TEXT     NOT NULL,
  submitted_on TEXT     NOT NULL DEFAULT '',
  published_on TEXT     NOT NULL DEFAULT '',
  mac          BYTEA    NOT NULL,
  PRIMARY KEY (agency_id, year, whole, version)
);

-- The editor asks for a return to be locked; a second person locks it.
CREATE TABLE return_proposals (
  id          {{id}},
  agency_id   BIGINT   NOT NULL REFERENCES agencies(id),
  year        BIGINT   NOT NULL,
  whole       SMALLINT NOT NULL,
  reason      TEXT     NOT NULL,
  proposed_at BIGINT   NOT NULL,
  proposed_by TEXT     NOT NULL,
  decided_at  BIGINT   NOT NULL DEFAULT 0,
  decided_by  TEXT     NOT NULL DEFAULT '',
  decision    TEXT     NOT NULL DEFAULT ''
);
CREATE INDEX return_proposals_open ON return_proposals (agency_id, year, whole) WHERE decided_at = 0;

-- Returns of agencies that keep no cases here: as they handed them in.
CREATE TABLE outside_returns (
  agency_id  BIGINT NOT NULL REFERENCES agencies(id),
  year       BIGINT NOT NULL,
  place      BIGINT NOT NULL,
  data       TEXT   NOT NULL,
  source     TEXT   NOT NULL,
  entered_at BIGINT NOT NULL,
  entered_by TEXT   NOT NULL,
  mac        BYTEA  NOT NULL,
  PRIMARY KEY (agency_id, year, place)
);
CREATE INDEX outside_returns_year ON outside_returns (year);
