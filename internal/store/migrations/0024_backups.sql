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
