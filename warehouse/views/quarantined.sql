-- Grain: one row per row that broke the contract and is outside the other views.
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
