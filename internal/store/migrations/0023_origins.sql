-- From a case to those that came of it: answers given anew, applications that
-- followed on, entries voided in its favour. The receipt of the first two names
-- their case in its last field.
ALTER TABLE cases ADD COLUMN origin_id BIGINT NOT NULL DEFAULT 0;
UPDATE cases SET origin_id = COALESCE((SELECT MAX(o.id) FROM events e JOIN cases o
  ON o.agency_id = cases.agency_id AND (e.data LIKE '%"remade":' || o.id || '}' OR e.data LIKE '%"follows":' || o.id || '}')
  WHERE e.case_id = cases.id AND e.kind = 'received'), 0)
WHERE EXISTS (SELECT 1 FROM events e WHERE e.case_id = cases.id AND e.kind = 'received' AND (e.data LIKE '%"remade":%' OR e.data LIKE '%"follows":%'));
CREATE INDEX cases_origin ON cases (origin_id) WHERE origin_id <> 0;
