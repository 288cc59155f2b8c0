-- Settings that change law or money wait for a second person.
CREATE TABLE setting_proposals (
  id          {{id}},
  agency_id   BIGINT NOT NULL,
  key         TEXT   NOT NULL,
  value       TEXT   NOT NULL,
  from_on     TEXT   NOT NULL,
  reason      TEXT   NOT NULL,
  proposed_at BIGINT NOT NULL,
  proposed_by TEXT   NOT NULL,
  decided_at  BIGINT NOT NULL DEFAULT 0,
  decided_by  TEXT   NOT NULL DEFAULT '',
  decision    TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX setting_proposals_open ON setting_proposals (agency_id, id) WHERE decided_at = 0;
