-- The first figure whose bounds are missing, no numbers, beyond what is compared exactly, or the wrong way round, or
-- whose unit the topic does not have.
SELECT
    source,
    locator,
    says,
    lower,
    upper,
    unit,
    unit IN (SELECT known.unit FROM engine.unit AS known) AS is_unit
FROM engine.observation()
WHERE NOT engine.is_readable(lower, upper, likely_lower, likely_upper) OR unit IS NULL OR NOT is_unit
ORDER BY source, locator, says
LIMIT 1;
