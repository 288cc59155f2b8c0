-- The index of open cases by agency holds all that the lights count: tens of
-- thousands of looks into the table are saved each time.
DROP INDEX cases_open_agency;
CREATE INDEX cases_open_agency ON cases (agency_id, due_on, id, state, waits_until, officer_id) WHERE answered_on = '';
-- How long the answers of a year took, agency by agency, is summed in the order of
-- an index: nothing is sorted.
CREATE INDEX tally_days_years ON tally_days ((answered_month / 100), late, days, agency_id, answered_month, n);
-- What the text of an annual report states is found without going through all cases:
-- the late answers of a year in the order of receipt, what was overdue at the end of
-- a year and answered since, the fees paid in a year.
DROP INDEX cases_late;
CREATE INDEX cases_late ON cases (agency_id, answered_on, id, received_on) WHERE late = 2;
CREATE INDEX cases_after_due ON cases (agency_id, answered_on, due_on, received_on, kind, id) WHERE due_on <> '' AND answered_on > due_on;
CREATE INDEX events_fees ON events (happened_on, case_id) WHERE kind = 'fee_paid';
