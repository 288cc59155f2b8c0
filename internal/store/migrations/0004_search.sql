-- The search index, and what finds an applicant by name or by the end of a
-- telephone number. What is there already waits in the queue.
CREATE TABLE search_terms (
  term  TEXT   NOT NULL,
  block BIGINT NOT NULL,
  ids   BYTEA  NOT NULL,
  PRIMARY KEY (term, block)
);
CREATE TABLE search_queue (
  case_id BIGINT PRIMARY KEY
);
CREATE TABLE phone_tails (
  agency_id    BIGINT NOT NULL,
  tail         BYTEA  NOT NULL,
  applicant_id BIGINT NOT NULL REFERENCES applicants(id),
  PRIMARY KEY (agency_id, tail, applicant_id)
);
CREATE INDEX phone_tails_applicant ON phone_tails (applicant_id);
CREATE INDEX applicants_by_name ON applicants (agency_id, name, id);
CREATE INDEX audit_at ON audit (at, chain, seq);
INSERT INTO search_queue (case_id) SELECT id FROM cases;
