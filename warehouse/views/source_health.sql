-- Grain: one row per source: what its last edition held, and what of it does not add up.
CREATE OR REPLACE VIEW source_health AS
SELECT
    source.source,
    source.title,
    source.cadence,
    vintage.edition,
    vintage.loaded_at,
    vintage.rows_in,
    vintage.observations,
    vintage.quarantined,
    vintage.ignored,
    (
        SELECT count(*) FROM finding
        WHERE is_open AND verdict = 'fails' AND list_contains(string_split(finding.source, ' '), source.source)
    ) AS fails
FROM source
INNER JOIN vintage ON source.source = vintage.source
QUALIFY row_number() OVER (PARTITION BY vintage.source ORDER BY vintage.vintage DESC) = 1
ORDER BY source.source;

COMMENT ON VIEW source_health IS
'The last edition of each source, and what of it does not add up';
COMMENT ON COLUMN source_health.observations IS
'Rows used';
COMMENT ON COLUMN source_health.fails IS
'Open findings that fail and rest on its figures';
