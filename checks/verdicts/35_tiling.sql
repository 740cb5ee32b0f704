-- The same relation of more and of fewer parts: the fuller one counts (as in 58_periods.sql).
DELETE FROM engine.tiling
WHERE number NOT IN (
    SELECT chosen.number
    FROM engine.tiling AS chosen
    QUALIFY
        row_number() OVER (
            PARTITION BY
                pattern, over_time, whole, split_part(rule, ',', 1), kinds,
                if(rule IN ('period_is_period', 'period_within_period'), parts, NULL)
            ORDER BY contains(rule, ','), len(parts) DESC, parts
        ) = 1
);
