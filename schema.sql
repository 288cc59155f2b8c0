-- The whole present database of gongkai, the same text for SQLite and PostgreSQL.
--
-- A case is the list of its dated facts (events). Everything else about it that
-- stands here is derived from them and can be thrown away: the row that lists
-- read (cases), the disputes that table 四 counts, the three tallies. `gongkai
-- verify` derives all of it again and compares.
--
-- How to read it
--   {{id}}    a counting primary key; the loader writes it as the engine spells it.
--   ..._on    a legal day, TEXT yyyy-mm-dd; '' is "no day". Never NULL, so that
--             days compare, sort and stand in keys without exceptions.
--   ..._at    an instant, BIGINT microseconds UTC.
--   SMALLINT  a small number, or yes (1) and no (0).
--   mac       a keyed hash over the row. Whoever changes the row with SQL and
--             without the key is named by `gongkai verify`.
-- Append-only tables (events, audit, anchors) are guarded by the triggers in
-- internal/store/triggers.*.sql, which the loader adds after this text.

-- What the installation knows about itself: key_check (recognises the key file
-- without revealing it), made_at.
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- The migrations this database has been through, with the hash of their text.
CREATE TABLE schema_migrations (
  version    BIGINT PRIMARY KEY,
  name       TEXT NOT NULL,
  checksum   TEXT NOT NULL,
  applied_at BIGINT NOT NULL
);

-- Last number given, by agency, series and year. Read and raised inside the
-- transaction that uses the number: a rolled-back case leaves no gap.
CREATE TABLE counters (
  agency_id BIGINT NOT NULL,
  series    TEXT   NOT NULL,              -- 'case', or a series of letters
  year      BIGINT NOT NULL,
  last      BIGINT NOT NULL,
  PRIMARY KEY (agency_id, series, year)
);

-- ---------------------------------------------------------------- agencies --

-- An agency keeps its id and code for ever; what it is called, what it is and
-- where it hangs has dates, because the table of a year uses the tree of its
-- 31 December.
CREATE TABLE agencies (
  id   {{id}},
  code TEXT NOT NULL UNIQUE
);

CREATE TABLE agency_versions (
  agency_id    BIGINT NOT NULL REFERENCES agencies(id),
  from_on      TEXT   NOT NULL,
  to_on        TEXT   NOT NULL DEFAULT '', -- the first day on which it no longer holds
  name         TEXT   NOT NULL,
  short_name   TEXT   NOT NULL DEFAULT '', -- 机关代字, for numbers
  kind         TEXT   NOT NULL,            -- government, department, subdistrict, zone, authorized, vertical
  parent_id    BIGINT NOT NULL DEFAULT 0,  -- 0: a root
  successor_id BIGINT NOT NULL DEFAULT 0,  -- who takes over what it counted
  sort         BIGINT NOT NULL DEFAULT 0,  -- place in the agencies file
  PRIMARY KEY (agency_id, from_on)
);

-- Settings of one agency (0: of the installation) from a day on. A value is
-- never overwritten: a new one starts on a later day.
CREATE TABLE settings (
  agency_id BIGINT NOT NULL,
  key       TEXT   NOT NULL,
  from_on   TEXT   NOT NULL DEFAULT '',
  value     TEXT   NOT NULL,
  PRIMARY KEY (agency_id, key, from_on)
);

-- Settings that change law or money wait for a second person; what he decides is
-- set, and audited, like any other.
CREATE TABLE setting_proposals (
  id          {{id}},
  agency_id   BIGINT NOT NULL,
  key         TEXT   NOT NULL,
  value       TEXT   NOT NULL,
  from_on     TEXT   NOT NULL,              -- the day of effect
  reason      TEXT   NOT NULL,
  proposed_at BIGINT NOT NULL,
  proposed_by TEXT   NOT NULL,
  decided_at  BIGINT NOT NULL DEFAULT 0,
  decided_by  TEXT   NOT NULL DEFAULT '',
  decision    TEXT   NOT NULL DEFAULT ''    -- set, refused
);
CREATE INDEX setting_proposals_open ON setting_proposals (agency_id, id) WHERE decided_at = 0;

-- Sections of an agency (科室).
CREATE TABLE sections (
  id        {{id}},
  agency_id BIGINT NOT NULL REFERENCES agencies(id),
  name      TEXT   NOT NULL,
  made_at   BIGINT NOT NULL,
  made_by   TEXT   NOT NULL,
  closed_on TEXT   NOT NULL DEFAULT ''      -- the first day on which it is no longer
);
CREATE UNIQUE INDEX sections_name ON sections (agency_id, name) WHERE closed_on = '';

-- Table 二 of the annual report (主动公开), which no case tells: as an agency
-- entered it for a year, for itself or (whole) as the total with all below it.
-- Nothing is overwritten: the greatest place holds.
CREATE TABLE proactive_entries (
  agency_id  BIGINT   NOT NULL REFERENCES agencies(id),
  year       BIGINT   NOT NULL,
  whole      SMALLINT NOT NULL,
  place      BIGINT   NOT NULL,            -- from 1, gapless
  data       TEXT     NOT NULL,            -- the exchange form's "proactive"; '' taken back
  entered_at BIGINT   NOT NULL,
  entered_by TEXT     NOT NULL,
  mac        BYTEA    NOT NULL,            -- over the above
  PRIMARY KEY (agency_id, year, whole, place)
);

-- What the editor of an annual report writes (report.Text): sentences left out or
-- worded otherwise, the free text of the chapters, explanations of checks that do
-- not hold. Nothing is overwritten: the greatest place holds.
CREATE TABLE report_texts (
  agency_id  BIGINT   NOT NULL REFERENCES agencies(id),
  year       BIGINT   NOT NULL,
  whole      SMALLINT NOT NULL,            -- 1: of the report with all below
  place      BIGINT   NOT NULL,            -- from 1, gapless
  data       TEXT     NOT NULL,            -- JSON
  entered_at BIGINT   NOT NULL,
  entered_by TEXT     NOT NULL,
  mac        BYTEA    NOT NULL,            -- over the above
  PRIMARY KEY (agency_id, year, whole, place)
);

-- Returns that were locked (定稿锁定). From then on the register may move, the
-- return does not: the figures, which case stood in which cell, the text and the
-- calendar are in it, hashed and signed by the installation. A correction is a
-- further version with its reason.
CREATE TABLE returns (
  agency_id    BIGINT   NOT NULL REFERENCES agencies(id),
  year         BIGINT   NOT NULL,
  whole        SMALLINT NOT NULL,
  version      BIGINT   NOT NULL,          -- from 1, gapless
  data         TEXT     NOT NULL,          -- JSON: table, paragraphs, explanations
  members      BYTEA    NOT NULL,          -- the cases and their cells (store.Members), compressed
  calendar     TEXT     NOT NULL,          -- version of the calendar
  reason       TEXT     NOT NULL DEFAULT '', -- of a correction
  hash         TEXT     NOT NULL,          -- SHA-256 of all of the above, hex
  signature    BYTEA    NOT NULL,          -- of the hash
  locked_at    BIGINT   NOT NULL,
  locked_by    TEXT     NOT NULL,
  submitted_on TEXT     NOT NULL DEFAULT '', -- 上报
  published_on TEXT     NOT NULL DEFAULT '', -- 公布
  mac          BYTEA    NOT NULL,          -- over the last five
  PRIMARY KEY (agency_id, year, whole, version)
);

-- The editor asks for a return to be locked; a second person locks it.
CREATE TABLE return_proposals (
  id          {{id}},
  agency_id   BIGINT   NOT NULL REFERENCES agencies(id),
  year        BIGINT   NOT NULL,
  whole       SMALLINT NOT NULL,
  reason      TEXT     NOT NULL,           -- of a correction
  proposed_at BIGINT   NOT NULL,
  proposed_by TEXT     NOT NULL,
  decided_at  BIGINT   NOT NULL DEFAULT 0,
  decided_by  TEXT     NOT NULL DEFAULT '',
  decision    TEXT     NOT NULL DEFAULT '' -- locked, refused
);
CREATE INDEX return_proposals_open ON return_proposals (agency_id, year, whole) WHERE decided_at = 0;

-- Returns of agencies that keep no cases here: the tables as they handed them in,
-- by workbook, exchange file or hand. The greatest place holds; '' takes it back.
CREATE TABLE outside_returns (
  agency_id  BIGINT NOT NULL REFERENCES agencies(id),
  year       BIGINT NOT NULL,
  place      BIGINT NOT NULL,              -- from 1, gapless
  data       TEXT   NOT NULL,              -- the exchange form
  source     TEXT   NOT NULL,              -- workbook, json, hand, web
  entered_at BIGINT NOT NULL,
  entered_by TEXT   NOT NULL,
  mac        BYTEA  NOT NULL,              -- over the above and whole
  whole      SMALLINT NOT NULL DEFAULT 0,  -- 1: with all below it, who hand in nothing here
  PRIMARY KEY (agency_id, year, place)
);
CREATE INDEX outside_returns_year ON outside_returns (year);

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

-- The State Council's yearly holiday notices that were loaded after the ones
-- built into the program. A case is judged by those adopted on its day.
CREATE TABLE notices (
  id           {{id}},
  year         BIGINT NOT NULL,
  number       TEXT   NOT NULL,            -- 国办发明电〔2025〕7号
  published_on TEXT   NOT NULL,
  adopted_on   TEXT   NOT NULL,
  adopted_at   BIGINT NOT NULL,
  adopted_by   TEXT   NOT NULL,
  data         TEXT   NOT NULL             -- the notice as JSON (calendar.Notice)
);

-- ------------------------------------------------------------------ people --

-- Who may sign in. mac is over everything that gives power: who writes himself
-- an account, a password or a role with SQL does not get in, and is named by
-- `gongkai verify`.
CREATE TABLE users (
  id          {{id}},
  login       TEXT     NOT NULL UNIQUE,    -- lower case
  name        TEXT     NOT NULL,
  admin       TEXT     NOT NULL DEFAULT '', -- system, security, audit; '': a working person
  single      SMALLINT NOT NULL DEFAULT 0,  -- 单机版
  demo        SMALLINT NOT NULL DEFAULT 0,  -- exempt from the rules on passwords
  password    TEXT     NOT NULL,            -- argon2id
  password_at BIGINT   NOT NULL,
  must_change SMALLINT NOT NULL DEFAULT 0,  -- at the next sign-in
  totp        BYTEA,                        -- sealed under the key; NULL: no second factor
  totp_step   BIGINT   NOT NULL DEFAULT 0,  -- the last code used, so that none counts twice
  created_at  BIGINT   NOT NULL,
  created_by  TEXT     NOT NULL,
  disabled_at BIGINT   NOT NULL DEFAULT 0,
  mac         BYTEA    NOT NULL
);

-- The passwords before the present one, so that none comes back too soon.
CREATE TABLE user_passwords (
  user_id  BIGINT NOT NULL REFERENCES users(id),
  set_at   BIGINT NOT NULL,
  password TEXT   NOT NULL,
  PRIMARY KEY (user_id, set_at)
);

-- A working role in an agency.
CREATE TABLE user_grants (
  user_id    BIGINT NOT NULL REFERENCES users(id),
  agency_id  BIGINT NOT NULL REFERENCES agencies(id),
  role       TEXT   NOT NULL,
  granted_at BIGINT NOT NULL,
  granted_by TEXT   NOT NULL,
  mac        BYTEA  NOT NULL,
  PRIMARY KEY (user_id, agency_id, role)
);
CREATE INDEX user_grants_agency ON user_grants (agency_id, role);

-- Roles take two people: the system administrator proposes, the security
-- administrator decides.
CREATE TABLE grant_proposals (
  id          {{id}},
  user_id     BIGINT   NOT NULL REFERENCES users(id),
  agency_id   BIGINT   NOT NULL REFERENCES agencies(id),
  role        TEXT     NOT NULL,
  revoke      SMALLINT NOT NULL DEFAULT 0,
  proposed_at BIGINT   NOT NULL,
  proposed_by TEXT     NOT NULL,
  decided_at  BIGINT   NOT NULL DEFAULT 0,
  decided_by  TEXT     NOT NULL DEFAULT '',
  decision    TEXT     NOT NULL DEFAULT ''  -- granted, refused, withdrawn
);
CREATE INDEX grant_proposals_open ON grant_proposals (id) WHERE decided_at = 0;

-- Leave cover (代办): from from_on to to_on, both included, cover_id also holds
-- what absent_id holds in the agency.
CREATE TABLE covers (
  id         {{id}},
  absent_id  BIGINT NOT NULL REFERENCES users(id),
  cover_id   BIGINT NOT NULL REFERENCES users(id),
  agency_id  BIGINT NOT NULL REFERENCES agencies(id),
  from_on    TEXT   NOT NULL,
  to_on      TEXT   NOT NULL,
  made_at    BIGINT NOT NULL,
  made_by    TEXT   NOT NULL,
  ended_at   BIGINT NOT NULL DEFAULT 0,
  mac        BYTEA  NOT NULL
);
CREATE INDEX covers_cover ON covers (cover_id, to_on);

-- Who is signed in. Of the token only a hash: who reads this can't be anybody.
CREATE TABLE sessions (
  id         {{id}},
  token_hash BYTEA  NOT NULL UNIQUE,
  user_id    BIGINT NOT NULL REFERENCES users(id),
  started_at BIGINT NOT NULL,
  seen_at    BIGINT NOT NULL,               -- to the minute
  address    TEXT   NOT NULL,
  browser    TEXT   NOT NULL                -- a word for it, for the list of one's sessions
);
CREATE INDEX sessions_user ON sessions (user_id);

-- Who works in which section of an agency. It gives no power: it says whose pool
-- a case waits in.
CREATE TABLE section_people (
  section_id BIGINT NOT NULL REFERENCES sections(id),
  user_id    BIGINT NOT NULL REFERENCES users(id),
  PRIMARY KEY (section_id, user_id)
);
CREATE INDEX section_people_user ON section_people (user_id);

-- Wrong passwords, by keyed hashes of account and address: a restart forgets
-- none, and the table names nobody.
CREATE TABLE throttle (
  key      BYTEA  PRIMARY KEY,
  failures BIGINT NOT NULL,
  first_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL DEFAULT 0
);

-- ------------------------------------------------------------------- cases --

-- Who asks. The name is in clear, for the search; what identifies or reaches
-- the person is sealed under a key of the applicant's own, itself wrapped by the
-- key file: destroying data_key destroys them. The blind indexes find equal
-- values without opening any.
CREATE TABLE applicants (
  id           {{id}},
  uid          BIGINT NOT NULL UNIQUE,     -- random; what seals and macs are bound to
  agency_id    BIGINT NOT NULL REFERENCES agencies(id),
  kind         TEXT   NOT NULL,
  name         TEXT   NOT NULL,
  data_key     BYTEA,                      -- NULL: nothing is sealed, or all was purged
  id_number    BYTEA,
  phone        BYTEA,
  email        BYTEA,
  address      BYTEA,
  id_blind     BYTEA,
  phone_blind  BYTEA,
  mac          BYTEA  NOT NULL
);
CREATE INDEX applicants_by_id_number ON applicants (agency_id, id_blind) WHERE id_blind IS NOT NULL;
CREATE INDEX applicants_by_phone ON applicants (agency_id, phone_blind) WHERE phone_blind IS NOT NULL;
CREATE INDEX applicants_by_name ON applicants (agency_id, name, id);

-- The row of a case. From received_on on it is derived (cases.Row) and written
-- anew with every event; what stands before it says which case it is.
CREATE TABLE cases (
  id              {{id}},
  agency_id       BIGINT   NOT NULL REFERENCES agencies(id),
  number          TEXT     NOT NULL DEFAULT '',   -- 编号; '' until the receipt is confirmed
  number_year     BIGINT   NOT NULL DEFAULT 0,    -- year and place in the agency's own
  number_seq      BIGINT   NOT NULL DEFAULT 0,    -- series; 0: a number from outside it
  platform        TEXT     NOT NULL DEFAULT '',
  platform_number TEXT     NOT NULL DEFAULT '',
  version         BIGINT   NOT NULL,              -- counts writes
  last_seq        BIGINT   NOT NULL,              -- events on record
  ledger_id       BIGINT   NOT NULL DEFAULT 0,    -- the imports.id that first brought this ledger, 0: not imported
  fingerprint     BYTEA,                          -- recognises a ledger row without number
  source_hash     BYTEA,                          -- keyed hash of the ledger row last taken over whole
  received_on     TEXT     NOT NULL DEFAULT '',   -- '': 待确认, outside all counts
  channel         TEXT     NOT NULL DEFAULT '',
  kind            TEXT     NOT NULL DEFAULT '',
  state           TEXT     NOT NULL,
  due_on          TEXT     NOT NULL DEFAULT '',
  safe_due_on     TEXT     NOT NULL DEFAULT '',   -- the stricter internal date
  waits_until     TEXT     NOT NULL DEFAULT '',
  provisional     SMALLINT NOT NULL DEFAULT 0,
  answered_on     TEXT     NOT NULL DEFAULT '',   -- '': open; of a voided entry the day of voiding
  outcome         TEXT     NOT NULL DEFAULT '',
  late            SMALLINT NOT NULL DEFAULT 0,    -- 0 not known, 1 no, 2 yes
  excluded        BIGINT   NOT NULL DEFAULT 0,    -- working days
  days_taken      BIGINT   NOT NULL DEFAULT 0,    -- working days
  flags           BIGINT   NOT NULL DEFAULT 0,    -- bits of cases.Flag
  calendar        TEXT     NOT NULL DEFAULT '',   -- version of the calendar that judged it
  officer_id      BIGINT   NOT NULL DEFAULT 0,    -- who handles it: users.id; 0: nobody
  section_id      BIGINT   NOT NULL DEFAULT 0,    -- whose pool it is in
  delay_cause     TEXT     NOT NULL DEFAULT '',   -- why a late answer was late: a code of cases.DelayCause
  delay_fault     TEXT     NOT NULL DEFAULT '',   -- and where the time was lost
  origin_id       BIGINT   NOT NULL DEFAULT 0     -- the case that this one answers anew, follows, or is void in favour of
);
CREATE UNIQUE INDEX cases_number ON cases (agency_id, number) WHERE number <> '';
CREATE UNIQUE INDEX cases_platform ON cases (agency_id, platform_number) WHERE platform_number <> '';
CREATE INDEX cases_fingerprint ON cases (agency_id, fingerprint) WHERE fingerprint IS NOT NULL;
-- Lists by day of receipt and of answer; counting of any period.
CREATE INDEX cases_received ON cases (agency_id, received_on, id);
CREATE INDEX cases_answered ON cases (agency_id, answered_on, id) WHERE answered_on <> '';
-- The same over many agencies at once: one index walked in its order.
CREATE INDEX cases_all_received ON cases (received_on, id);
CREATE INDEX cases_all_answered ON cases (answered_on, id) WHERE answered_on <> '';
-- Lists by number: the agency's series, then numbers from outside it.
CREATE INDEX cases_series ON cases (agency_id, (number_year * 1000000000 + number_seq), id) WHERE number_seq > 0;
CREATE INDEX cases_outside ON cases (agency_id, number, id) WHERE number_seq = 0;
-- Counting by kind and outcome over any period, without touching the rows.
CREATE INDEX cases_counted ON cases (kind, outcome, answered_on, received_on, agency_id);
-- Worklists and sweeps look at open cases alone: their size does not grow with
-- the years. This one holds all that the lights count.
CREATE INDEX cases_open_agency ON cases (agency_id, due_on, id, state, waits_until, officer_id) WHERE answered_on = '';
CREATE INDEX cases_open_due ON cases (due_on, id) WHERE answered_on = '';
CREATE INDEX cases_open_officer ON cases (agency_id, officer_id, due_on, id) WHERE answered_on = '';
-- Late answers, of which there are few; and what was answered after its day, which
-- tells what was overdue at an earlier moment.
CREATE INDEX cases_late ON cases (agency_id, answered_on, id, received_on) WHERE late = 2;
CREATE INDEX cases_after_due ON cases (agency_id, answered_on, due_on, received_on, kind, id) WHERE due_on <> '' AND answered_on > due_on;
-- From a case to those that came of it, which are few.
CREATE INDEX cases_origin ON cases (origin_id) WHERE origin_id <> 0;

-- Long text stands apart, so that a scan of the rows stays small.
CREATE TABLE case_texts (
  case_id BIGINT PRIMARY KEY REFERENCES cases(id),
  content TEXT   NOT NULL DEFAULT '',
  items   TEXT   NOT NULL DEFAULT '[]',     -- JSON list, when several things are asked
  mac     BYTEA  NOT NULL                   -- over the texts, the agency, the number and who the parties are
);

CREATE TABLE case_parties (
  case_id      BIGINT NOT NULL REFERENCES cases(id),
  place        BIGINT NOT NULL,             -- from 1; the applicant first, of several the representative
  role         TEXT   NOT NULL,             -- applicant, joint, agent, contact (of an organisation)
  applicant_id BIGINT NOT NULL REFERENCES applicants(id),
  PRIMARY KEY (case_id, place)
);
CREATE INDEX case_parties_applicant ON case_parties (applicant_id);

-- Two records of one applicant become one when two people agree.
CREATE TABLE merge_proposals (
  id          {{id}},
  agency_id   BIGINT NOT NULL REFERENCES agencies(id),
  from_id     BIGINT NOT NULL,              -- applicants.id; the record that goes
  to_id       BIGINT NOT NULL,              -- the one that stays
  reason      TEXT   NOT NULL,
  proposed_at BIGINT NOT NULL,
  proposed_by TEXT   NOT NULL,
  decided_at  BIGINT NOT NULL DEFAULT 0,
  decided_by  TEXT   NOT NULL DEFAULT '',
  decision    TEXT   NOT NULL DEFAULT ''    -- merged, refused
);
CREATE INDEX merge_proposals_open ON merge_proposals (agency_id, id) WHERE decided_at = 0;

-- Sensitive cases: one with a row here is opened by the people named alone. The
-- tables count it like any other. mac is over the row.
CREATE TABLE case_readers (
  case_id  BIGINT NOT NULL REFERENCES cases(id),
  user_id  BIGINT NOT NULL REFERENCES users(id),
  added_at BIGINT NOT NULL,
  added_by TEXT   NOT NULL,
  mac      BYTEA  NOT NULL,
  PRIMARY KEY (case_id, user_id)
);

-- What a case is about, in the words of the agency's own list (the setting topics):
-- for analysis alone, nothing of the law hangs on it, so it is no event. Each change
-- is in the audit chain; mac is over the row.
CREATE TABLE case_topics (
  case_id BIGINT PRIMARY KEY REFERENCES cases(id),
  topic   TEXT   NOT NULL,
  set_at  BIGINT NOT NULL,
  set_by  TEXT   NOT NULL,
  mac     BYTEA  NOT NULL
);

-- The record itself. Never updated, never deleted; a correction is a further
-- event that names the one it replaces. No personal data, no free text.
CREATE TABLE events (
  case_id     BIGINT   NOT NULL REFERENCES cases(id),
  seq         BIGINT   NOT NULL,            -- from 1, gapless
  kind        TEXT     NOT NULL,
  happened_on TEXT     NOT NULL,
  recorded_at BIGINT   NOT NULL,
  recorded_by TEXT     NOT NULL,            -- a user, or 'import:N'
  history     SMALLINT NOT NULL DEFAULT 0,  -- taken over from a ledger
  replaces    BIGINT   NOT NULL DEFAULT 0,  -- seq, or 0
  data        TEXT     NOT NULL,            -- JSON of the fact
  mac         BYTEA    NOT NULL,            -- over the above and the agency
  PRIMARY KEY (case_id, seq)
);
-- What was open at an earlier moment is what is open now and what has been
-- answered on record since.
CREATE INDEX events_answered ON events (recorded_at, case_id) WHERE kind = 'answered';
-- The 信息处理费 of a year, which few cases pay.
CREATE INDEX events_fees ON events (happened_on, case_id) WHERE kind = 'fee_paid';

-- Texts that belong to an event: what is to be supplemented, the opinion with
-- which a proposal went back, the reasons of an answer. They stand apart from the
-- events, so that purging them breaks no chain.
CREATE TABLE case_notes (
  case_id   BIGINT NOT NULL REFERENCES cases(id),
  place     BIGINT NOT NULL,                -- from 1, gapless
  event_seq BIGINT NOT NULL,
  kind      TEXT   NOT NULL,                -- a code of cases.NoteLabel
  text      TEXT   NOT NULL,
  noted_at  BIGINT NOT NULL,
  noted_by  TEXT   NOT NULL,
  mac       BYTEA  NOT NULL,                -- over the above and the agency
  PRIMARY KEY (case_id, place)
);

-- 收发登记: what arrives at the building, until it is an application or known to
-- be none. What is neither by the end of the day stands on a red list. A parcel
-- passed on inside the tree is a new one there (came_from), with both dates. It
-- counts in no table.
CREATE TABLE parcels (
  id          {{id}},
  agency_id   BIGINT NOT NULL REFERENCES agencies(id),
  carrier     TEXT   NOT NULL,              -- ems, registered, ordinary, courier, hand
  mail_number TEXT   NOT NULL DEFAULT '',   -- unique in the agency
  sender      TEXT   NOT NULL DEFAULT '',
  arrived_on  TEXT   NOT NULL,              -- in the building
  logged_at   BIGINT NOT NULL,
  logged_by   TEXT   NOT NULL,
  came_from   BIGINT NOT NULL DEFAULT 0,    -- the parcel at the agency that passed it on
  fate        TEXT   NOT NULL DEFAULT '',   -- '', case, no_application, inside, outside
  case_id     BIGINT NOT NULL DEFAULT 0,    -- of fate case
  to_agency   BIGINT NOT NULL DEFAULT 0,    -- of fate inside
  to_name     TEXT   NOT NULL DEFAULT '',   -- of fate outside
  reason      TEXT   NOT NULL DEFAULT '',
  settled_on  TEXT   NOT NULL DEFAULT '',
  settled_at  BIGINT NOT NULL DEFAULT 0,
  settled_by  TEXT   NOT NULL DEFAULT '',
  mac         BYTEA  NOT NULL               -- over all of the above
);
CREATE UNIQUE INDEX parcels_mail ON parcels (agency_id, mail_number) WHERE mail_number <> '';
CREATE INDEX parcels_open ON parcels (agency_id, arrived_on, id) WHERE fate = '';
CREATE INDEX parcels_day ON parcels (agency_id, arrived_on, id);

-- What belongs to a case on paper or as a file. The content stands sealed in the
-- data folder, attachments/ab/<uid>, under a key of the case: row and key are
-- written after the file is on the disk. Nothing is deleted: what was wrong is
-- withdrawn, with a reason.
CREATE TABLE case_keys (
  case_id  BIGINT PRIMARY KEY REFERENCES cases(id),
  data_key BYTEA  NOT NULL                  -- wrapped by the key file
);
CREATE TABLE attachments (
  uid          BIGINT PRIMARY KEY,          -- random; names the file, binds the seals
  case_id      BIGINT NOT NULL REFERENCES cases(id),
  place        BIGINT NOT NULL,             -- from 1, in the order of adding
  kind         TEXT   NOT NULL,             -- application, envelope, identity ... (cases.FileKind)
  name         BYTEA  NOT NULL,             -- of the file, sealed
  mime         TEXT   NOT NULL,             -- judged by the content
  size         BIGINT NOT NULL,             -- of the content
  sha256       TEXT   NOT NULL,             -- of the content, hex
  added_at     BIGINT NOT NULL,
  added_by     TEXT   NOT NULL,
  withdrawn_at BIGINT NOT NULL DEFAULT 0,
  withdrawn_by TEXT   NOT NULL DEFAULT '',
  reason       TEXT   NOT NULL DEFAULT '',
  mac          BYTEA  NOT NULL,             -- over the above, and over what follows unless it is 0
  event_seq    BIGINT NOT NULL DEFAULT 0    -- the fact that it belongs to; 0: the case as a whole
);
CREATE UNIQUE INDEX attachments_case ON attachments (case_id, place);

-- Reviews and suits as table 四 counts them: derived (cases.Disputes).
CREATE TABLE disputes (
  case_id   BIGINT   NOT NULL REFERENCES cases(id),
  place     BIGINT   NOT NULL,
  agency_id BIGINT   NOT NULL,
  kind      TEXT     NOT NULL,
  filed_on  TEXT     NOT NULL,
  closed_on TEXT     NOT NULL DEFAULT '',
  result    TEXT     NOT NULL,
  year_only SMALLINT NOT NULL DEFAULT 0,    -- 日期不详
  PRIMARY KEY (case_id, place)
);
-- Holds all that table 四 asks.
CREATE INDEX disputes_agency ON disputes (agency_id, filed_on, closed_on, kind, result, year_only);

-- ----------------------------------------------------------------- tallies --
-- Counts kept by the one door for writes in the transaction of the case, so that
-- a statutory table costs some thirty rows an agency and year instead of a scan.
-- Unconfirmed cases are in none of them.

-- For table 三.
CREATE TABLE tally_outcomes (
  agency_id     BIGINT NOT NULL,
  kind          TEXT   NOT NULL,
  received_year BIGINT NOT NULL,
  answered_year BIGINT NOT NULL,            -- 0: open
  outcome       TEXT   NOT NULL,            -- '': open
  n             BIGINT NOT NULL,
  -- Years of answer first: the table of a year reads what was answered in it or
  -- later and what is open, not the years before.
  PRIMARY KEY (agency_id, answered_year, received_year, kind, outcome)
);
-- The table of a whole tree, in the order of its cells.
CREATE INDEX tally_outcomes_years ON tally_outcomes (answered_year, kind, outcome, received_year, agency_id, n);

-- Which way the applications came in.
CREATE TABLE tally_channels (
  agency_id      BIGINT NOT NULL,
  received_month BIGINT NOT NULL,           -- yyyymm
  channel        TEXT   NOT NULL,
  n              BIGINT NOT NULL,
  PRIMARY KEY (agency_id, received_month, channel)
);

-- How long answers took; endings that are no answers are left out (the on-time
-- rate does not count them).
CREATE TABLE tally_days (
  agency_id      BIGINT   NOT NULL,
  answered_month BIGINT   NOT NULL,         -- yyyymm
  days           BIGINT   NOT NULL,         -- working days, 60 for 60 and more
  late           SMALLINT NOT NULL,         -- 0 not known, 1 no, 2 yes
  n              BIGINT   NOT NULL,
  PRIMARY KEY (agency_id, answered_month, days, late)
);
-- The figures of a whole tree month by month, in the order in which they are
-- summed: nothing is sorted.
CREATE INDEX tally_days_months ON tally_days (answered_month, late, days, agency_id, n);
-- And of the agencies of a tree in a year, or in months of it.
CREATE INDEX tally_days_years ON tally_days ((answered_month / 100), late, days, agency_id, answered_month, n);

-- By which steps the cases went that ended in a month: for the figures of the
-- monitor. Here endings that are no answers count too.
CREATE TABLE tally_courses (
  agency_id      BIGINT NOT NULL,
  answered_month BIGINT NOT NULL,           -- yyyymm
  course         BIGINT NOT NULL,           -- bits: 1 supplement, 2 consultation, 4 extension, 8 fee
  n              BIGINT NOT NULL,
  PRIMARY KEY (agency_id, answered_month, course)
);

-- ----------------------------------------------------------------- imports --

-- One ledger taken in. Its events carry recorded_by 'import:ID'; digest is over
-- their macs and stands in the audit entry as well.
CREATE TABLE imports (
  id          {{id}},
  imported_at BIGINT NOT NULL,
  imported_by TEXT   NOT NULL,
  file_name   TEXT   NOT NULL,
  file_hash   TEXT   NOT NULL,              -- SHA-256, hex
  rows_read   BIGINT NOT NULL,
  rows_new    BIGINT NOT NULL DEFAULT 0,
  rows_grown  BIGINT NOT NULL DEFAULT 0,
  rows_same   BIGINT NOT NULL DEFAULT 0,
  digest      TEXT   NOT NULL DEFAULT ''
);

-- ------------------------------------------------------------------ search --
-- Derived from the cases and filled behind: what is found is read again and
-- confirmed, so that an entry too many does no harm.

-- Which cases hold a term: a sign, two signs or three digits side by side, or
-- a:ID for the agency. ids tells which of the 4,096 cases of the block (case id / 4096): their
-- places in the block, two bytes each, or a bitmap if it is 512 bytes long.
CREATE TABLE search_terms (
  term  TEXT   NOT NULL,
  block BIGINT NOT NULL,
  ids   BYTEA  NOT NULL,
  PRIMARY KEY (term, block)
);

-- Cases that were written since they were last indexed. A search reads them too.
CREATE TABLE search_queue (
  case_id BIGINT PRIMARY KEY
);

-- The last four digits of the telephone, as a blind index.
CREATE TABLE phone_tails (
  agency_id    BIGINT NOT NULL,
  tail         BYTEA  NOT NULL,
  applicant_id BIGINT NOT NULL REFERENCES applicants(id),
  PRIMARY KEY (agency_id, tail, applicant_id)
);
CREATE INDEX phone_tails_applicant ON phone_tails (applicant_id);

-- --------------------------------------------------------------- letters --

-- The letters of a case (文书): drafted, issued, voided; never deleted. The number
-- is one of the agency's own series (number_seq > 0, gapless), or one that the
-- office automation gave (outside), or none yet. What it says stands in
-- letter_texts; the issued original is an attachment.
CREATE TABLE letters (
  uid          BIGINT   PRIMARY KEY,        -- random; binds the seals
  case_id      BIGINT   NOT NULL REFERENCES cases(id),
  agency_id    BIGINT   NOT NULL REFERENCES agencies(id),
  place        BIGINT   NOT NULL,           -- from 1 in the case
  kind         TEXT     NOT NULL,           -- a code of letter.Kinds
  event_seq    BIGINT   NOT NULL DEFAULT 0, -- of the event that it tells of; 0: of none
  state        TEXT     NOT NULL,           -- draft, issued, voided
  version      BIGINT   NOT NULL,           -- of the text: the last of letter_texts
  dated_on     TEXT     NOT NULL,           -- 成文日期
  number       TEXT     NOT NULL DEFAULT '',
  number_year  BIGINT   NOT NULL DEFAULT 0,
  number_seq   BIGINT   NOT NULL DEFAULT 0,
  outside      SMALLINT NOT NULL DEFAULT 0,
  template_id  BIGINT   NOT NULL DEFAULT 0, -- letter_templates.id; 0: the built-in one
  issued_uid   BIGINT   NOT NULL DEFAULT 0, -- attachments.uid of the issued original
  sha256       TEXT     NOT NULL DEFAULT '', -- of it, hex
  made_at      BIGINT   NOT NULL,
  made_by      TEXT     NOT NULL,
  issued_at    BIGINT   NOT NULL DEFAULT 0,
  issued_by    TEXT     NOT NULL DEFAULT '',
  voided_at    BIGINT   NOT NULL DEFAULT 0,
  voided_by    TEXT     NOT NULL DEFAULT '',
  reason       TEXT     NOT NULL DEFAULT '', -- of voiding
  mac          BYTEA    NOT NULL            -- over the above
);
CREATE UNIQUE INDEX letters_case ON letters (case_id, place);
CREATE UNIQUE INDEX letters_number ON letters (agency_id, number) WHERE number <> '';
CREATE INDEX letters_series ON letters (agency_id, number_year, number_seq) WHERE number_seq > 0;

-- Every text that a letter has had, sealed under the key of the case: the letter as
-- JSON (letter.Letter), and the word-processor file if it was edited in one.
CREATE TABLE letter_texts (
  uid      BIGINT NOT NULL REFERENCES letters(uid),
  version  BIGINT NOT NULL,                 -- from 1, gapless
  body     BYTEA  NOT NULL,
  docx     BYTEA,                           -- NULL: the page's text and the template
  saved_at BIGINT NOT NULL,
  saved_by TEXT   NOT NULL,
  mac      BYTEA  NOT NULL,                 -- over the above
  PRIMARY KEY (uid, version)
);

-- The agencies' own templates (套红), by kind of letter. Nothing is overwritten: the
-- greatest version holds; one without content goes back to the built-in template.
CREATE TABLE letter_templates (
  id        {{id}},
  agency_id BIGINT NOT NULL REFERENCES agencies(id),
  kind      TEXT   NOT NULL,
  version   BIGINT NOT NULL,                -- from 1 for agency and kind, gapless
  name      TEXT   NOT NULL,                -- of the file
  content   BYTEA  NOT NULL,                -- the .docx
  sha256    TEXT   NOT NULL,                -- of it, hex; '' for the built-in one
  added_at  BIGINT NOT NULL,
  added_by  TEXT   NOT NULL,
  mac       BYTEA  NOT NULL                 -- over the above, but the id
);
CREATE UNIQUE INDEX letter_templates_version ON letter_templates (agency_id, kind, version);

-- ------------------------------------------------------- service, papers --

-- 送达: each attempt to bring a letter to its addressee, with the days that its way
-- knows. From those of the answer follows the day on which it counts as given, and
-- so the day of its event. What is learnt later (signed, opened, came back) is
-- written into its row; the audit keeps what stood there. mac is over the row.
CREATE TABLE services (
  case_id      BIGINT NOT NULL REFERENCES cases(id),
  place        BIGINT NOT NULL,             -- from 1, gapless
  letter       BIGINT NOT NULL DEFAULT 0,   -- place of the letter in the case; 0: the answer
  way          TEXT   NOT NULL,             -- a code of cases.ServiceWays
  carrier      TEXT   NOT NULL DEFAULT '',  -- of way mail: ems, registered
  number       TEXT   NOT NULL DEFAULT '',  -- of the mail
  posted_on    TEXT   NOT NULL DEFAULT '',
  sent_on      TEXT   NOT NULL DEFAULT '',
  opened_on    TEXT   NOT NULL DEFAULT '',
  signed_on    TEXT   NOT NULL DEFAULT '',
  published_on TEXT   NOT NULL DEFAULT '',
  signer       TEXT   NOT NULL DEFAULT '',  -- who signed, the witnesses, or where it was published
  failed_on    TEXT   NOT NULL DEFAULT '',
  failure      TEXT   NOT NULL DEFAULT '',  -- a code of cases.Failures
  again        BIGINT NOT NULL DEFAULT 0,   -- place of the attempt that it repeats
  recorded_at  BIGINT NOT NULL,             -- this version of the row
  recorded_by  TEXT   NOT NULL,
  version      BIGINT NOT NULL,
  mac          BYTEA  NOT NULL,
  PRIMARY KEY (case_id, place)
);
-- Posted, and nobody knows yet whether it arrived.
CREATE INDEX services_unproved ON services (case_id, place) WHERE way = 'mail' AND signed_on = '' AND failed_on = '';

-- What is given to the applicant, file by file: checked for personal data,
-- confirmed by a named person, released in parts. mac is over the row.
CREATE TABLE releases (
  case_id      BIGINT   NOT NULL REFERENCES cases(id),
  place        BIGINT   NOT NULL,           -- of the attachment
  findings     BIGINT   NOT NULL,           -- how many places the check showed
  unread       SMALLINT NOT NULL,           -- the check could not read all of it
  confirmed_at BIGINT   NOT NULL,
  confirmed_by TEXT     NOT NULL,
  released_on  TEXT     NOT NULL DEFAULT '',
  released_at  BIGINT   NOT NULL DEFAULT 0,
  released_by  TEXT     NOT NULL DEFAULT '',
  part         BIGINT   NOT NULL DEFAULT 0, -- from 1
  mac          BYTEA    NOT NULL,
  PRIMARY KEY (case_id, place)
);

-- ------------------------------------------------------------- reminders --
-- Slots of jobs that are done (a day, an hour): each once, in the transaction of
-- what it did. After an outage the jobs ask for the slots that are missing here.
CREATE TABLE job_slots (
  job     TEXT   NOT NULL,
  slot    TEXT   NOT NULL,                  -- in the office's time: 2026-05-29T06:00
  done_at BIGINT NOT NULL,
  PRIMARY KEY (job, slot)
);

-- Which process runs the jobs. Who takes a lease over raises the fence; a write
-- under an older fence is refused.
CREATE TABLE leases (
  name     TEXT   PRIMARY KEY,
  holder   TEXT   NOT NULL,                 -- random, of the process
  fence    BIGINT NOT NULL,
  until_at BIGINT NOT NULL
);

-- Who was reminded of what, and why he: ids, codes and days alone, the words are
-- made when it is shown or sent. mark is the number of working days left that the
-- plan names (negative: late); each is reached once for a due day and a person.
-- Settled: it was done, or a nearer mark has taken its place.
CREATE TABLE reminders (
  id         {{id}},
  kind       TEXT     NOT NULL,             -- a code of cases.ReminderKind
  agency_id  BIGINT   NOT NULL,             -- 0: the installation
  case_id    BIGINT   NOT NULL DEFAULT 0,   -- 0: about no case
  ref        BIGINT   NOT NULL DEFAULT 0,   -- which dispute, part or consultation; the year of a report
  due_on     TEXT     NOT NULL,
  mark       BIGINT   NOT NULL,
  user_id    BIGINT   NOT NULL,
  level      TEXT     NOT NULL,             -- why this person: officer, cover, section, desk, reviewer, signer, above ...
  urgent     SMALLINT NOT NULL,
  slot       TEXT     NOT NULL,             -- the job's slot that made it
  made_at    BIGINT   NOT NULL,
  read_at    BIGINT   NOT NULL DEFAULT 0,
  settled_at BIGINT   NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX reminders_once ON reminders (user_id, kind, agency_id, case_id, ref, due_on, mark);
CREATE INDEX reminders_live ON reminders (user_id, id) WHERE settled_at = 0;
CREATE INDEX reminders_agency ON reminders (agency_id, id);

-- Messages that leave the house, written with the reminders that they tell of and
-- rendered when they are sent. A message keeps its id over all tries.
CREATE TABLE outbox (
  id         {{id}},
  channel    TEXT     NOT NULL,             -- mail, message
  user_id    BIGINT   NOT NULL,             -- to whom; the address stands in user_contacts
  slot       TEXT     NOT NULL,             -- of the job that wrote it, or the try's own
  urgent     SMALLINT NOT NULL,             -- 0: the digest of the day
  message_id TEXT     NOT NULL UNIQUE,
  made_at    BIGINT   NOT NULL,
  next_at    BIGINT   NOT NULL,             -- not before
  tries      BIGINT   NOT NULL DEFAULT 0,
  state      TEXT     NOT NULL,             -- waiting, sent, failed, void
  result     TEXT     NOT NULL DEFAULT '',  -- code of how the last try went
  done_at    BIGINT   NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX outbox_once ON outbox (user_id, channel, slot);
CREATE INDEX outbox_due ON outbox (next_at) WHERE state = 'waiting';

CREATE TABLE outbox_items (
  outbox_id   BIGINT NOT NULL REFERENCES outbox(id),
  reminder_id BIGINT NOT NULL REFERENCES reminders(id),
  PRIMARY KEY (outbox_id, reminder_id)
);
CREATE INDEX outbox_items_reminder ON outbox_items (reminder_id);

-- Where a colleague is reached, sealed under the key, and by what he wants to be.
CREATE TABLE user_contacts (
  user_id    BIGINT   PRIMARY KEY REFERENCES users(id),
  email      BYTEA,
  phone      BYTEA,
  by_mail    SMALLINT NOT NULL,
  by_message SMALLINT NOT NULL,
  set_at     BIGINT   NOT NULL,
  mac        BYTEA    NOT NULL              -- over all of the above
);

-- Calendar feeds: who knows the token reads numbers and due days of one's own
-- cases. Only a hash of it is kept.
CREATE TABLE calendar_feeds (
  user_id    BIGINT PRIMARY KEY REFERENCES users(id),
  token_hash BYTEA  NOT NULL UNIQUE,
  made_at    BIGINT NOT NULL
);

-- What cases owe beyond their row: few, found without walking the events.
CREATE INDEX events_owed ON events (case_id) WHERE kind IN ('co_asked', 'consult_sent');
CREATE INDEX disputes_open ON disputes (case_id) WHERE closed_on = '';

-- ----------------------------------------------------------- supervision --
-- 督办单 (order): a case, or an agency's work as a whole, is to be got on with by a
-- day, and its unit says in writing what was done. 整改通知 (rectify) is the same
-- after an answer was found wanting. Texts stand in no audit.
CREATE TABLE supervision_orders (
  id         {{id}},
  kind       TEXT   NOT NULL,               -- order, rectify
  issuer_id  BIGINT NOT NULL REFERENCES agencies(id), -- who orders, and whose series the number is of
  year       BIGINT NOT NULL,
  seq        BIGINT NOT NULL,               -- gapless in issuer, kind and year
  number     TEXT   NOT NULL,
  agency_id  BIGINT NOT NULL REFERENCES agencies(id), -- who is to answer
  case_id    BIGINT NOT NULL DEFAULT 0,     -- 0: about the agency
  ordered_on TEXT   NOT NULL,
  due_on     TEXT   NOT NULL,               -- of the reply
  content    TEXT   NOT NULL,               -- what is to be done
  issued_at  BIGINT NOT NULL,
  issued_by  TEXT   NOT NULL,
  reply      TEXT   NOT NULL DEFAULT '',
  replied_on TEXT   NOT NULL DEFAULT '',
  replied_at BIGINT NOT NULL DEFAULT 0,
  replied_by TEXT   NOT NULL DEFAULT '',
  verdict    TEXT   NOT NULL DEFAULT '',    -- with which it was closed
  closed_on  TEXT   NOT NULL DEFAULT '',
  closed_at  BIGINT NOT NULL DEFAULT 0,
  closed_by  TEXT   NOT NULL DEFAULT '',
  version    BIGINT NOT NULL,               -- counts writes
  mac        BYTEA  NOT NULL                -- over all of the above but the id
);
CREATE UNIQUE INDEX supervision_orders_number ON supervision_orders (issuer_id, kind, year, seq);
CREATE INDEX supervision_orders_agency ON supervision_orders (agency_id, ordered_on, id);
CREATE INDEX supervision_orders_case ON supervision_orders (case_id) WHERE case_id <> 0;

-- 答复抽查: n answers of a period drawn by a seed, so that whoever draws again draws
-- the same; each is scored item by item.
CREATE TABLE spot_checks (
  id         {{id}},
  agency_id  BIGINT NOT NULL REFERENCES agencies(id), -- who checks
  from_on    TEXT   NOT NULL,               -- answers of these days, both included
  to_on      TEXT   NOT NULL,
  n          BIGINT NOT NULL,               -- wanted
  pool       BIGINT NOT NULL,               -- answers from which they were drawn
  seed       TEXT   NOT NULL,
  drawn_at   BIGINT NOT NULL,
  drawn_by   TEXT   NOT NULL,
  mac        BYTEA  NOT NULL                -- over all of the above but the id
);
CREATE INDEX spot_checks_agency ON spot_checks (agency_id, id);
CREATE TABLE spot_check_cases (
  check_id  BIGINT NOT NULL REFERENCES spot_checks(id),
  place     BIGINT NOT NULL,                -- from 1, as drawn
  case_id   BIGINT NOT NULL REFERENCES cases(id),
  scores    TEXT   NOT NULL DEFAULT '',     -- JSON: item and 2, 1, 0; '' not scored
  remark    TEXT   NOT NULL DEFAULT '',
  scored_at BIGINT NOT NULL DEFAULT 0,
  scored_by TEXT   NOT NULL DEFAULT '',
  version   BIGINT NOT NULL,                -- counts writes
  mac       BYTEA  NOT NULL,                -- over all of the above
  PRIMARY KEY (check_id, place)
);

-- ------------------------------------------ calendar notices, retention --

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

-- -------------------------------------------------------------------- desk --

-- Forms that created something, kept for seven days: sent again they create
-- nothing and lead to what was made.
CREATE TABLE spent_keys (
  actor     TEXT   NOT NULL,
  form_key  TEXT   NOT NULL,
  digest    BYTEA  NOT NULL,                -- keyed hash of what was typed
  object_id BIGINT NOT NULL,
  spent_at  BIGINT NOT NULL,
  PRIMARY KEY (actor, form_key)
);
CREATE INDEX spent_keys_at ON spent_keys (spent_at);

-- Forms that were begun and put aside. What was typed is sealed; the key that the
-- form carries names its draft, so that saving again replaces it.
CREATE TABLE drafts (
  id       {{id}},
  user_id  BIGINT NOT NULL REFERENCES users(id),
  form_key TEXT   NOT NULL,
  data     BYTEA  NOT NULL,
  saved_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX drafts_form ON drafts (user_id, form_key);

-- Lists that a person keeps under a name.
CREATE TABLE saved_views (
  id      {{id}},
  user_id BIGINT NOT NULL REFERENCES users(id),
  name    TEXT   NOT NULL,
  query   TEXT   NOT NULL,                  -- of the address, without agency and page
  made_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX saved_views_name ON saved_views (user_id, name);

-- Every backup that the program made by itself, and every attempt at one: what it
-- holds, or why there is none. mac is over the line but for removed_at.
CREATE TABLE backups (
  id          {{id}},
  folder      TEXT   NOT NULL,              -- where it was to be put
  file        TEXT   NOT NULL,              -- its name there, '' if there is none
  started_at  BIGINT NOT NULL,
  done_at     BIGINT NOT NULL,
  made_by     TEXT   NOT NULL,              -- job:backup, or who asked for it
  key_id      TEXT   NOT NULL,
  sha256      TEXT   NOT NULL,              -- of the file, hex
  size        BIGINT NOT NULL,              -- of the file, bytes
  holds       BIGINT NOT NULL,              -- bytes, unpacked
  cases       BIGINT NOT NULL,
  events      BIGINT NOT NULL,
  attachments BIGINT NOT NULL,
  failure     TEXT   NOT NULL,              -- a sentence, '' if none
  removed_at  BIGINT NOT NULL DEFAULT 0,    -- at the end of its days
  mac         BYTEA  NOT NULL
);

-- Drills: a backup restored aside, opened, verified and removed again. Each is a
-- certificate; mac is over all of it.
CREATE TABLE drills (
  id          {{id}},
  backup_id   BIGINT NOT NULL REFERENCES backups(id),
  started_at  BIGINT NOT NULL,
  done_at     BIGINT NOT NULL,
  made_by     TEXT   NOT NULL,
  sheet       BIGINT NOT NULL,              -- 1: the key's recovery sheet was at hand
  sha256      TEXT   NOT NULL,              -- of the file as it was found
  made_at     BIGINT NOT NULL,              -- of the backup, as its manifest says
  said        TEXT   NOT NULL,              -- JSON: what the manifest says: cases, events, attachments, entries, ends
  found       TEXT   NOT NULL,              -- JSON: the same, counted in what was restored
  differences BIGINT NOT NULL,              -- of verify
  failure     TEXT   NOT NULL,              -- a sentence, '' if it passed
  mac         BYTEA  NOT NULL
);
CREATE INDEX drills_backup ON drills (backup_id);

-- ------------------------------------------------------------------- audit --

-- Who did what: one chain for each agency and one (0) for the system. mac is
-- over the entry and the mac of the one before it. Ids and hashes, never texts.
CREATE TABLE audit (
  chain     BIGINT NOT NULL,
  seq       BIGINT NOT NULL,                -- from 1, gapless
  at        BIGINT NOT NULL,
  actor     TEXT   NOT NULL,
  act       TEXT   NOT NULL,
  object    TEXT   NOT NULL DEFAULT '',     -- 'case', 'import', 'notice' ...
  object_id BIGINT NOT NULL DEFAULT 0,
  detail    TEXT   NOT NULL DEFAULT '{}',   -- JSON
  mac       BYTEA  NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE INDEX audit_object ON audit (object, object_id);
CREATE INDEX audit_at ON audit (at, chain, seq);

-- The end of each chain; locked last in every transaction.
CREATE TABLE audit_heads (
  chain BIGINT PRIMARY KEY,
  seq   BIGINT NOT NULL,
  mac   BYTEA  NOT NULL
);

-- All heads of a day sealed into one line: a chain cut off later no longer
-- reaches what is sealed here.
CREATE TABLE anchors (
  id        {{id}},
  sealed_at BIGINT NOT NULL,
  sealed_on TEXT   NOT NULL,
  chains    BIGINT NOT NULL,
  entries   BIGINT NOT NULL,                -- of all chains together
  heads     TEXT   NOT NULL,                -- JSON: chain, seq, mac of each
  mac       BYTEA  NOT NULL
);
