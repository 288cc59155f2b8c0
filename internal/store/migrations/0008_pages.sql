-- Pages of the register over many agencies walk one index in its order instead
-- of asking each agency; numbers are walked in the order that lists show.
CREATE INDEX cases_all_received ON cases (received_on, id);
CREATE INDEX cases_all_answered ON cases (answered_on, id) WHERE answered_on <> '';
CREATE INDEX cases_series ON cases (agency_id, (number_year * 1000000000 + number_seq), id) WHERE number_seq > 0;
CREATE INDEX cases_outside ON cases (agency_id, number, id) WHERE number_seq = 0;
-- Recounting goes to the days of answer of each kind and outcome.
DROP INDEX cases_counted;
CREATE INDEX cases_counted ON cases (kind, outcome, answered_on, received_on, agency_id);
-- The table of a whole tree, in the order of its cells.
CREATE INDEX tally_outcomes_years ON tally_outcomes (answered_year, kind, outcome, received_year, agency_id, n);
