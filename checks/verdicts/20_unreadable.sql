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
WHERE
    lower IS NULL OR upper IS NULL OR likely_lower IS NULL OR likely_upper IS NULL
    OR isnan(lower) OR isnan(upper) OR isnan(likely_lower) OR isnan(likely_upper)
    OR isinf(lower) OR abs(lower) > 9007199254740992
    OR isfinite(upper) AND abs(upper) > 9007199254740992
    OR lower > upper
    OR unit IS NULL
    OR NOT list_contains((SELECT list(known.unit) FROM engine.unit AS known), unit)
ORDER BY source, locator, says
LIMIT 1;
