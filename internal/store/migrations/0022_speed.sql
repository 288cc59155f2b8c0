-- The index of open cases by agency holds all that the lights count: tens of
-- thousands of looks into the table are saved each time.
DROP INDEX cases_open_agency;
CREATE INDEX cases_open_agency ON cases (agency_id, due_on, id, state, waits_until, officer_id) WHERE answered_on = '';
