-- Sections of an agency (科室) and who works in them.
CREATE TABLE sections (
  id        {{id}},
  agency_id BIGINT NOT NULL REFERENCES agencies(id),
  name      TEXT   NOT NULL,
  made_at   BIGINT NOT NULL,
  made_by   TEXT   NOT NULL,
  closed_on TEXT   NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX sections_name ON sections (agency_id, name) WHERE closed_on = '';
CREATE TABLE section_people (
  section_id BIGINT NOT NULL REFERENCES sections(id),
  user_id    BIGINT NOT NULL REFERENCES users(id),
  PRIMARY KEY (section_id, user_id)
);
CREATE INDEX section_people_user ON section_people (user_id);

-- Forms that were begun and put aside, sealed; a form's own key names its draft.
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
  query   TEXT   NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX saved_views_name ON saved_views (user_id, name);

-- Two records of one applicant become one when two people agree.
CREATE TABLE merge_proposals (
  id          {{id}},
  agency_id   BIGINT NOT NULL REFERENCES agencies(id),
  from_id     BIGINT NOT NULL,
  to_id       BIGINT NOT NULL,
  reason      TEXT   NOT NULL,
  proposed_at BIGINT NOT NULL,
  proposed_by TEXT   NOT NULL,
  decided_at  BIGINT NOT NULL DEFAULT 0,
  decided_by  TEXT   NOT NULL DEFAULT '',
  decision    TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX merge_proposals_open ON merge_proposals (agency_id, id) WHERE decided_at = 0;

-- Sensitive cases: one with a row here is opened by the people named alone.
CREATE TABLE case_readers (
  case_id  BIGINT NOT NULL REFERENCES cases(id),
  user_id  BIGINT NOT NULL REFERENCES users(id),
  added_at BIGINT NOT NULL,
  added_by TEXT   NOT NULL,
  mac      BYTEA  NOT NULL,
  PRIMARY KEY (case_id, user_id)
);
