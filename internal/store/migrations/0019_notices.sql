-- Calendar notices that wait for the second person; terms of keeping: holds, lists
-- of what is to be destroyed, what was.

-- A notice of the State Council waits for the second person; agreed to, it is
-- adopted in the same transaction.
CREATE TABLE notice_proposals (
  id          {{id}},
  data        TEXT   NOT NULL,              -- the notice as JSON
  proposed_at BIGINT NOT NULL,
  proposed_by TEXT   NOT NULL,
  decided_at  BIGINT NOT NULL DEFAULT 0,
  decided_by  TEXT   NOT NULL DEFAULT '',
  decision    TEXT   NOT NULL DEFAULT '',   -- adopted, refused
  mac         BYTEA  NOT NULL               -- over the above
);
CREATE INDEX notice_proposals_open ON notice_proposals (id) WHERE decided_at = 0;

-- A closed case that is kept beyond its term (保留), with the reason.
CREATE TABLE retention_holds (
  id        {{id}},
  agency_id BIGINT NOT NULL REFERENCES agencies(id),
  case_id   BIGINT NOT NULL REFERENCES cases(id),
  reason    TEXT   NOT NULL,
  placed_at BIGINT NOT NULL,
  placed_by TEXT   NOT NULL,
  lifted_at BIGINT NOT NULL DEFAULT 0,
  lifted_by TEXT   NOT NULL DEFAULT '',
  mac       BYTEA  NOT NULL                 -- over the above
);
CREATE UNIQUE INDEX retention_holds_open ON retention_holds (case_id) WHERE lifted_at = 0;
CREATE INDEX retention_holds_agency ON retention_holds (agency_id, id);

-- A list of cases to be destroyed (销毁清册): one person proposes, another agrees.
CREATE TABLE disposals (
  id          {{id}},
  agency_id   BIGINT NOT NULL REFERENCES agencies(id),
  year        BIGINT NOT NULL,              -- in which the terms have run out
  reason      TEXT   NOT NULL,
  proposed_at BIGINT NOT NULL,
  proposed_by TEXT   NOT NULL,
  decided_at  BIGINT NOT NULL DEFAULT 0,
  decided_by  TEXT   NOT NULL DEFAULT '',
  decision    TEXT   NOT NULL DEFAULT '',   -- agreed, refused
  done_at     BIGINT NOT NULL DEFAULT 0,    -- every case is purged or kept
  mac         BYTEA  NOT NULL               -- over the above
);
CREATE INDEX disposals_agency ON disposals (agency_id, id);
CREATE INDEX disposals_open ON disposals (id) WHERE done_at = 0;

CREATE TABLE disposal_cases (
  disposal_id BIGINT NOT NULL REFERENCES disposals(id),
  case_id     BIGINT NOT NULL REFERENCES cases(id),
  class       TEXT   NOT NULL,              -- a code of cases.RetentionClass
  years       BIGINT NOT NULL,              -- the term
  closed_on   TEXT   NOT NULL,              -- from whose year on it ran
  files       BIGINT NOT NULL DEFAULT 0,    -- destroyed with it
  fate        TEXT   NOT NULL DEFAULT '',   -- purged, kept
  kept        TEXT   NOT NULL DEFAULT '',   -- why: a code of cases.KeptReason
  mac         BYTEA  NOT NULL,              -- over the above
  PRIMARY KEY (disposal_id, case_id)
);

-- Cases that were destroyed when their term of keeping had run out: their texts,
-- people, keys and files are gone, the rest stands so that tables and chains hold.
CREATE TABLE purged_cases (
  case_id     BIGINT PRIMARY KEY REFERENCES cases(id),
  disposal_id BIGINT NOT NULL,              -- 0, or one that a restored database does not know
  purged_on   TEXT   NOT NULL,
  purged_at   BIGINT NOT NULL,
  purged_by   TEXT   NOT NULL,
  mac         BYTEA  NOT NULL               -- over the above
);
