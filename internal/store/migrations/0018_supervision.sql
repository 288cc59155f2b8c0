-- Why a late answer was late, on the row; the indexes of the overdue review; the
-- steps of finished cases by month; orders and spot checks.
ALTER TABLE cases ADD COLUMN delay_cause TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN delay_fault TEXT NOT NULL DEFAULT '';
CREATE INDEX cases_late ON cases (agency_id, answered_on, id) WHERE late = 2;
CREATE INDEX events_answered ON events (recorded_at, case_id) WHERE kind = 'answered';
CREATE INDEX tally_days_months ON tally_days (answered_month, late, days, agency_id, n);

CREATE TABLE tally_courses (
  agency_id      BIGINT NOT NULL,
  answered_month BIGINT NOT NULL,
  course         BIGINT NOT NULL,
  n              BIGINT NOT NULL,
  PRIMARY KEY (agency_id, answered_month, course)
);
-- Months by comparison of texts: the two engines have no cast in common.
INSERT INTO tally_courses (agency_id, answered_month, course, n)
WITH RECURSIVE years(y) AS (SELECT 1990 UNION ALL SELECT y + 1 FROM years WHERE y < 2100),
  months(m) AS (SELECT 101 UNION ALL SELECT m + 1 FROM months WHERE m < 112),
  days(month, text) AS (SELECT y * 100 + m - 100, (y || '') || '-' || SUBSTR((m || ''), 2, 2) FROM years CROSS JOIN months)
SELECT c.agency_id, d.month, c.flags & 15, COUNT(*) FROM cases c JOIN days d ON d.text = SUBSTR(c.answered_on, 1, 7)
WHERE c.answered_on <> '' AND c.received_on <> '' AND (c.flags & 128) = 0
GROUP BY c.agency_id, d.month, c.flags & 15;

-- 督办单 (order): a case, or an agency's work as a whole, is to be got on with by a
-- day, and its unit says in writing what was done. 整改通知 (rectify) is the same
-- after an answer was found wanting. Texts stand in no audit.
CREATE TABLE supervision_orders (
  id         {{id}},
  kind       TEXT   NOT NULL,
  issuer_id  BIGINT NOT NULL REFERENCES agencies(id),
  year       BIGINT NOT NULL,
  seq        BIGINT NOT NULL,
  number     TEXT   NOT NULL,
  agency_id  BIGINT NOT NULL REFERENCES agencies(id),
  case_id    BIGINT NOT NULL DEFAULT 0,
  ordered_on TEXT   NOT NULL,
  due_on     TEXT   NOT NULL,
  content    TEXT   NOT NULL,
  issued_at  BIGINT NOT NULL,
  issued_by  TEXT   NOT NULL,
  reply      TEXT   NOT NULL DEFAULT '',
  replied_on TEXT   NOT NULL DEFAULT '',
  replied_at BIGINT NOT NULL DEFAULT 0,
  replied_by TEXT   NOT NULL DEFAULT '',
  verdict    TEXT   NOT NULL DEFAULT '',
  closed_on  TEXT   NOT NULL DEFAULT '',
  closed_at  BIGINT NOT NULL DEFAULT 0,
  closed_by  TEXT   NOT NULL DEFAULT '',
  version    BIGINT NOT NULL,
  mac        BYTEA  NOT NULL
);
CREATE UNIQUE INDEX supervision_orders_number ON supervision_orders (issuer_id, kind, year, seq);
CREATE INDEX supervision_orders_agency ON supervision_orders (agency_id, ordered_on, id);
CREATE INDEX supervision_orders_case ON supervision_orders (case_id) WHERE case_id <> 0;

-- 答复抽查: n answers of a period drawn by a seed, so that whoever draws again draws
-- the same; each is scored item by item.
CREATE TABLE spot_checks (
  id         {{id}},
  agency_id  BIGINT NOT NULL REFERENCES agencies(id),
  from_on    TEXT   NOT NULL,
  to_on      TEXT   NOT NULL,
  n          BIGINT NOT NULL,
  pool       BIGINT NOT NULL,
  seed       TEXT   NOT NULL,
  drawn_at   BIGINT NOT NULL,
  drawn_by   TEXT   NOT NULL,
  mac        BYTEA  NOT NULL
);
CREATE INDEX spot_checks_agency ON spot_checks (agency_id, id);
CREATE TABLE spot_check_cases (
  check_id  BIGINT NOT NULL REFERENCES spot_checks(id),
  place     BIGINT NOT NULL,
  case_id   BIGINT NOT NULL REFERENCES cases(id),
  scores    TEXT   NOT NULL DEFAULT '',
  remark    TEXT   NOT NULL DEFAULT '',
  scored_at BIGINT NOT NULL DEFAULT 0,
  scored_by TEXT   NOT NULL DEFAULT '',
  version   BIGINT NOT NULL,
  mac       BYTEA  NOT NULL,
  PRIMARY KEY (check_id, place)
);
