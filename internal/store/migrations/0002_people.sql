-- People: accounts, what they may do where, and their sessions.
CREATE TABLE users (
  id          {{id}},
  login       TEXT     NOT NULL UNIQUE,
  name        TEXT     NOT NULL,
  admin       TEXT     NOT NULL DEFAULT '',
  single      SMALLINT NOT NULL DEFAULT 0,
  demo        SMALLINT NOT NULL DEFAULT 0,
  password    TEXT     NOT NULL,
  password_at BIGINT   NOT NULL,
  must_change SMALLINT NOT NULL DEFAULT 0,
  totp        BYTEA,
  totp_step   BIGINT   NOT NULL DEFAULT 0,
  created_at  BIGINT   NOT NULL,
  created_by  TEXT     NOT NULL,
  disabled_at BIGINT   NOT NULL DEFAULT 0,
  mac         BYTEA    NOT NULL
);

CREATE TABLE user_passwords (
  user_id  BIGINT NOT NULL REFERENCES users(id),
  set_at   BIGINT NOT NULL,
  password TEXT   NOT NULL,
  PRIMARY KEY (user_id, set_at)
);

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
  decision    TEXT     NOT NULL DEFAULT ''
);
CREATE INDEX grant_proposals_open ON grant_proposals (id) WHERE decided_at = 0;

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

CREATE TABLE sessions (
  id         {{id}},
  token_hash BYTEA  NOT NULL UNIQUE,
  user_id    BIGINT NOT NULL REFERENCES users(id),
  started_at BIGINT NOT NULL,
  seen_at    BIGINT NOT NULL,
  address    TEXT   NOT NULL,
  browser    TEXT   NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE throttle (
  key      BYTEA  PRIMARY KEY,
  failures BIGINT NOT NULL,
  first_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL DEFAULT 0
);
