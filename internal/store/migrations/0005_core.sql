-- Table 二 of the annual report as agencies enter it.
CREATE TABLE proactive_entries (
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
