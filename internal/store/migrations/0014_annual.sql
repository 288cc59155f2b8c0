-- Returns from outside may stand for an agency with all below it.
ALTER TABLE outside_returns ADD COLUMN whole SMALLINT NOT NULL DEFAULT 0;

-- What else is entered about the annual report of an agency and year. Nothing is
-- overwritten: of figures and counting the greatest place holds, of reviews and
-- reminders each stands for itself.
CREATE TABLE report_entries (
  kind       TEXT     NOT NULL,            -- figures 填报数据, counting 统计口径, review 审核下级年报, chase 催报
  agency_id  BIGINT   NOT NULL REFERENCES agencies(id),
  year       BIGINT   NOT NULL,
  whole      SMALLINT NOT NULL,            -- 1: of the report with all below
  place      BIGINT   NOT NULL,            -- from 1, gapless
  data       TEXT     NOT NULL,            -- JSON
  entered_at BIGINT   NOT NULL,
  entered_by TEXT     NOT NULL,
  mac        BYTEA    NOT NULL,            -- over the above
  PRIMARY KEY (kind, agency_id, year, whole, place)
);
CREATE INDEX report_entries_year ON report_entries (kind, year);

-- Scans that belong to a locked return: the signed sheet, the sealed page. They
-- stand, sealed, in the folder of attachments under their uid.
CREATE TABLE return_files (
  uid       BIGINT   NOT NULL PRIMARY KEY,
  agency_id BIGINT   NOT NULL REFERENCES agencies(id),
  year      BIGINT   NOT NULL,
  whole     SMALLINT NOT NULL,
  version   BIGINT   NOT NULL,
  place     BIGINT   NOT NULL,             -- from 1, gapless in a version
  kind      TEXT     NOT NULL,             -- sign_sheet 签发单, sealed_page 盖章页
  name      BYTEA    NOT NULL,             -- sealed
  mime      TEXT     NOT NULL,
  size      BIGINT   NOT NULL,
  sha256    TEXT     NOT NULL,             -- of the content, hex
  data_key  BYTEA    NOT NULL,             -- wrapped; without it the scan is unreadable
  added_at  BIGINT   NOT NULL,
  added_by  TEXT     NOT NULL,
  mac       BYTEA    NOT NULL              -- over the above but the key
);
CREATE UNIQUE INDEX return_files_place ON return_files (agency_id, year, whole, version, place);
