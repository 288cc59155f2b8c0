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
