-- Votes as published, by precinct and party line, all ways of voting together. Grain: one row per figure.
CREATE OR REPLACE VIEW votes_by_party AS
SELECT
    ref_area AS precinct,
    party,
    value AS votes
FROM figure
WHERE indicator = 'votes' AND mode = '_T';

COMMENT ON VIEW votes_by_party IS 'Votes as published, by precinct and party line; one row per figure';
COMMENT ON COLUMN votes_by_party.precinct IS 'Code of the precinct';
COMMENT ON COLUMN votes_by_party.party IS 'Code of the party line';
COMMENT ON COLUMN votes_by_party.votes IS 'Votes in all ways of voting, as published';
