-- The first figure whose bounds are missing, no numbers, beyond what is compared exactly, or the wrong way round.
SELECT source, locator, says, lower, upper
FROM c_observation
WHERE
    lower IS NULL OR upper IS NULL OR likely_lower IS NULL OR likely_upper IS NULL
    OR isnan(lower) OR isnan(upper) OR isnan(likely_lower) OR isnan(likely_upper)
    OR isinf(lower) OR abs(lower) > 9007199254740992
    OR isfinite(upper) AND abs(upper) > 9007199254740992
    OR lower > upper
LIMIT 1
