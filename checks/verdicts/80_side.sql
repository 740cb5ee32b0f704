-- What is kept row by row: every verdict but holds, and of broken tables the widest only. Grain: one row per instance
-- of a rule that fails, is doubtful or open. `left` is the sum of the parts, `right` what it is held against.
INSERT INTO engine.side BY NAME
WITH kept AS (
    SELECT
        i,
        role.rule,
        verdict,
        range.is_stated,
        if(isfinite(low), low, 0) AS low,
        if(isfinite(high), high, 0) AS high,
        NOT is_integer AS is_ordered,
        engine.gap_of(floor_, ceiling_, high_min, high_min_open, low_max, low_max_open) AS gap
    FROM engine.range
    INNER JOIN engine.fixed USING (i)
    INNER JOIN engine.role USING (role)
    ANTI JOIN engine.broken_instance AS counted ON range.i = counted.i AND NOT counted.is_shown
    WHERE verdict IN ('fails', 'doubtful') OR verdict = 'open' AND range.has_whole AND range.has_part
),

-- Sums of amounts differ in their last digits with the order of adding; those of whole numbers do not. What is open is
-- what the stated parts leave: bounds of the others may come from this very relation.
added AS (
    SELECT
        i,
        max(q) FILTER (is_subject AND NOT is_extra) AS whole,
        min(q) FILTER (NOT is_subject) AS part,
        coalesce(
            list_sum(list(lower ORDER BY q) FILTER (is_ordered AND is_added)), sum(lower) FILTER (is_added)
        ) AS left_lower,
        coalesce(
            list_sum(list(upper ORDER BY q) FILTER (is_ordered AND is_added)), sum(upper) FILTER (is_added)
        ) AS left_upper,
        coalesce(
            list_sum(list(least ORDER BY q) FILTER (is_ordered AND is_subject)), sum(least) FILTER (is_subject), 0
        ) AS right_lower,
        coalesce(
            list_sum(list(greatest ORDER BY q) FILTER (is_ordered AND is_subject)), sum(greatest) FILTER (is_subject), 0
        ) AS right_upper,
        list(q ORDER BY q) AS quantities
    FROM (
        SELECT
            i,
            q,
            is_subject,
            is_extra,
            is_ordered,
            NOT is_subject AND (quantity.is_stated OR verdict <> 'open') AS is_added,
            lower,
            upper,
            if(coef_low = 0, 0, -coef_low * lower) AS least,
            if(coef_high = 0, 'infinity'::DOUBLE, -coef_high * upper) AS greatest
        FROM engine.term
        INNER JOIN kept USING (i)
        INNER JOIN engine.role USING (role)
        INNER JOIN engine.quantity USING (q)
    )
    GROUP BY i
)

SELECT
    i,
    rule,
    verdict,
    is_stated,
    whole,
    part,
    left_lower,
    left_upper,
    right_lower + low AS right_lower,
    right_upper + high AS right_upper,
    gap,
    quantities
FROM added
INNER JOIN kept USING (i)
UNION ALL BY NAME
SELECT
    engine.instance('one value', q) AS i,
    'one_value' AS rule,
    if(most_low > least_high, 'fails', 'doubtful') AS verdict,
    TRUE AS is_stated,
    q AS whole,
    q AS part,
    CASE WHEN most_low > least_high THEN least_low WHEN is_repeated THEN row_lower ELSE likely_least_high END
        AS left_lower,
    CASE WHEN most_low > least_high THEN least_high WHEN is_repeated THEN row_least_high ELSE likely_least_high END
        AS left_upper,
    CASE WHEN most_low > least_high THEN most_low WHEN is_repeated THEN row_most_low ELSE likely_most_low END
        AS right_lower,
    CASE WHEN most_low > least_high THEN most_high WHEN is_repeated THEN row_upper ELSE likely_most_low END
        AS right_upper,
    right_lower - left_upper AS gap,
    [q] AS quantities
FROM engine.stated
INNER JOIN engine.quantity USING (block, cell)
ANTI JOIN engine.broken_instance AS counted
    ON engine.instance('one value', quantity.q) = counted.i AND NOT counted.is_shown
WHERE
    observations > 1 AND 'one_value' IN (SELECT kept.rule FROM engine.kept)
    AND (most_low > least_high OR is_repeated OR likely_most_low > likely_least_high);

UPDATE engine.side
SET
    right_lower = rival.lower,
    right_upper = rival.upper,
    gap = left_lower - rival.upper,
    quantities = list_sort(list_distinct(side.quantities || rival.quantities))
FROM engine.rival
WHERE side.i = rival.i;
