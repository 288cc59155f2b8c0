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
  mac        BYTEA  NOT NULL,              -- over the above
  PRIMARY KEY (agency_id, year, place)
);
CREATE INDEX outside_returns_year ON outside_returns (year);

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
  answered_on     TEXT     NOT NULL DEFAULT '',   -- '': open
  outcome         TEXT     NOT NULL DEFAULT '',
  late            SMALLINT NOT NULL DEFAULT 0,    -- 0 not known, 1 no, 2 yes
  excluded        BIGINT   NOT NULL DEFAULT 0,    -- working days
  days_taken      BIGINT   NOT NULL DEFAULT 0,    -- working days
  flags           BIGINT   NOT NULL DEFAULT 0,    -- bits of cases.Flag
  calendar        TEXT     NOT NULL DEFAULT '',   -- version of the calendar that judged it
  officer_id      BIGINT   NOT NULL DEFAULT 0,    -- who handles it: users.id; 0: nobody
  section_id      BIGINT   NOT NULL DEFAULT 0     -- whose pool it is in
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
-- the years.
CREATE INDEX cases_open_agency ON cases (agency_id, due_on, id) WHERE answered_on = '';
CREATE INDEX cases_open_due ON cases (due_on, id) WHERE answered_on = '';
CREATE INDEX cases_open_officer ON cases (agency_id, officer_id, due_on, id) WHERE answered_on = '';

-- Long text stands apart, so that a scan of the rows stays small.
CREATE TABLE case_texts (
  case_id BIGINT PRIMARY KEY REFERENCES cases(id),
  content TEXT   NOT NULL DEFAULT '',
  items   TEXT   NOT NULL DEFAULT '[]',     -- JSON list, when several things are asked
  mac     BYTEA  NOT NULL                   -- over the texts, the agency, the number and who the parties are
);

CREATE TABLE case_parties (
  case_id      BIGINT NOT NULL REFERENCES cases(id),
  place        BIGINT NOT NULL,             -- from 1; the applicant first
  role         TEXT   NOT NULL,             -- applicant, joint, agent
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
  mac          BYTEA  NOT NULL              -- over the above
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

-- Which cases hold a term: a sign, two signs side by side, or a:ID for the
-- agency. ids tells which of the 4,096 cases of the block (case id / 4096): their
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
-- (letters)

-- ------------------------------------------------------- service, papers --
-- (papers)

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
-- (supervision)

-- ------------------------------------------------------------- retention --
-- (notices)

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
