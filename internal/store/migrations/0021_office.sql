-- The search index knows three digits side by side from here on: every case is
-- indexed again, behind; until then it is read, as whatever waits in the queue is.
INSERT INTO search_queue (case_id) SELECT id FROM cases WHERE id NOT IN (SELECT case_id FROM search_queue);
