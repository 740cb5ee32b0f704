-- Quantities of which a reader expects less than the words entail. Where the rules leave nothing of it, all of it
-- counts: it is what a relation will contradict. Grain: one row per quantity.
INSERT INTO engine.hedged BY NAME
SELECT
    q,
    if(is_left, greatest(quantity.lower, likely_most_low), likely_most_low) AS lower,
    if(is_left, least(quantity.upper, likely_least_high), likely_least_high) AS upper
FROM (
    SELECT
        *,
        greatest(quantity.lower, likely_most_low) <= least(quantity.upper, likely_least_high) AS is_left
    FROM engine.stated
    INNER JOIN engine.quantity USING (block, cell)
    WHERE
        (likely_most_low > quantity.lower OR likely_least_high < quantity.upper)
        AND likely_most_low <= likely_least_high AND most_low <= least_high AND NOT is_repeated
) AS quantity;
