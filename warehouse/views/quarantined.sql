-- Grain: one row per row that broke the contract and stands outside the other views.
CREATE OR REPLACE VIEW quarantined AS
SELECT
    source,
    vintage,
    locator,
    reason,
    message,
    raw,
    run
FROM quarantine;

COMMENT ON VIEW quarantined IS
'Rows that broke the contract, with the reason';
COMMENT ON COLUMN quarantined.source IS
'Source';
COMMENT ON COLUMN quarantined.vintage IS
'Edition';
COMMENT ON COLUMN quarantined.locator IS
'Place in the source';
COMMENT ON COLUMN quarantined.reason IS
'Reason code';
COMMENT ON COLUMN quarantined.message IS
'What, where, expected, got, what to do';
COMMENT ON COLUMN quarantined.raw IS
'The raw row as JSON';
COMMENT ON COLUMN quarantined.run IS
'Run that quarantined it';
