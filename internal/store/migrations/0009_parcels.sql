-- What arrives at the building, until it is an application or known to be none.
CREATE TABLE parcels (
  id          {{id}},
  agency_id   BIGINT NOT NULL REFERENCES agencies(id),
  carrier     TEXT   NOT NULL,
  mail_number TEXT   NOT NULL DEFAULT '',
  sender      TEXT   NOT NULL DEFAULT '',
  arrived_on  TEXT   NOT NULL,
  logged_at   BIGINT NOT NULL,
  logged_by   TEXT   NOT NULL,
  came_from   BIGINT NOT NULL DEFAULT 0,
  fate        TEXT   NOT NULL DEFAULT '',
  case_id     BIGINT NOT NULL DEFAULT 0,
  to_agency   BIGINT NOT NULL DEFAULT 0,
  to_name     TEXT   NOT NULL DEFAULT '',
  reason      TEXT   NOT NULL DEFAULT '',
  settled_on  TEXT   NOT NULL DEFAULT '',
  settled_at  BIGINT NOT NULL DEFAULT 0,
  settled_by  TEXT   NOT NULL DEFAULT '',
  mac         BYTEA  NOT NULL
);
CREATE UNIQUE INDEX parcels_mail ON parcels (agency_id, mail_number) WHERE mail_number <> '';
CREATE INDEX parcels_open ON parcels (agency_id, arrived_on, id) WHERE fate = '';
CREATE INDEX parcels_day ON parcels (agency_id, arrived_on, id);
