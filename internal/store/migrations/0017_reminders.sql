-- Jobs, reminders, messages, where people are reached (schema.sql says what each is).
CREATE TABLE job_slots (
  job     TEXT   NOT NULL,
  slot    TEXT   NOT NULL,
  done_at BIGINT NOT NULL,
  PRIMARY KEY (job, slot)
);

CREATE TABLE leases (
  name     TEXT   PRIMARY KEY,
  holder   TEXT   NOT NULL,
  fence    BIGINT NOT NULL,
  until_at BIGINT NOT NULL
);

CREATE TABLE reminders (
  id         {{id}},
  kind       TEXT     NOT NULL,
  agency_id  BIGINT   NOT NULL,
  case_id    BIGINT   NOT NULL DEFAULT 0,
  ref        BIGINT   NOT NULL DEFAULT 0,
  due_on     TEXT     NOT NULL,
  mark       BIGINT   NOT NULL,
  user_id    BIGINT   NOT NULL,
  level      TEXT     NOT NULL,
  urgent     SMALLINT NOT NULL,
  slot       TEXT     NOT NULL,
  made_at    BIGINT   NOT NULL,
  read_at    BIGINT   NOT NULL DEFAULT 0,
  settled_at BIGINT   NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX reminders_once ON reminders (user_id, kind, agency_id, case_id, ref, due_on, mark);
CREATE INDEX reminders_live ON reminders (user_id, id) WHERE settled_at = 0;
CREATE INDEX reminders_agency ON reminders (agency_id, id);
CREATE INDEX reminders_made ON reminders (slot);

CREATE TABLE outbox (
  id         {{id}},
  channel    TEXT     NOT NULL,
  user_id    BIGINT   NOT NULL,
  slot       TEXT     NOT NULL,
  urgent     SMALLINT NOT NULL,
  message_id TEXT     NOT NULL UNIQUE,
  made_at    BIGINT   NOT NULL,
  next_at    BIGINT   NOT NULL,
  tries      BIGINT   NOT NULL DEFAULT 0,
  state      TEXT     NOT NULL,
  result     TEXT     NOT NULL DEFAULT '',
  done_at    BIGINT   NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX outbox_once ON outbox (user_id, channel, slot);
CREATE INDEX outbox_due ON outbox (next_at) WHERE state = 'waiting';
CREATE INDEX outbox_made ON outbox (slot);

CREATE TABLE outbox_items (
  outbox_id   BIGINT NOT NULL REFERENCES outbox(id),
  reminder_id BIGINT NOT NULL REFERENCES reminders(id),
  PRIMARY KEY (outbox_id, reminder_id)
);
CREATE INDEX outbox_items_reminder ON outbox_items (reminder_id);

CREATE TABLE user_contacts (
  user_id    BIGINT   PRIMARY KEY REFERENCES users(id),
  email      BYTEA,
  phone      BYTEA,
  by_mail    SMALLINT NOT NULL,
  by_message SMALLINT NOT NULL,
  set_at     BIGINT   NOT NULL,
  mac        BYTEA    NOT NULL
);

CREATE TABLE calendar_feeds (
  user_id    BIGINT PRIMARY KEY REFERENCES users(id),
  token_hash BYTEA  NOT NULL UNIQUE,
  made_at    BIGINT NOT NULL
);

CREATE INDEX events_owed ON events (case_id) WHERE kind IN ('co_asked', 'consult_sent');
CREATE INDEX disputes_open ON disputes (case_id) WHERE closed_on = '';
