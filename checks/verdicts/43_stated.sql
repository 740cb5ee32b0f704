-- What the figures say of each quantity together, but for those that are there.

-- Observations of one quantity are intersected; where they contradict each other, their hull counts, so that what
-- still fails, fails whichever of them is right. K, L and O are unknown, M is zero.
INSERT INTO engine.stated BY NAME
SELECT
    block,
    cell,
    max(low) AS most_low,
    min(high) AS least_high,
    min(low) AS least_low,
    max(high) AS most_high,
    max(likely_low) AS likely_most_low,
    min(likely_high) AS likely_least_high,
    count(*) FILTER (is_printed)::INTEGER AS observations,
    bool_or(relaxes) AS relaxes,
    bool_or(breaks) AS breaks,
    bit_or(complete) AS complete,
    min(source) AS source_first,
    max(source) AS source_last,
    count(row_lower) > 0 AS is_repeated,
    min(row_lower) AS row_lower,
    max(row_upper) AS row_upper,
    min(row_least_high) AS row_least_high,
    max(row_most_low) AS row_most_low
FROM (
    SELECT
        block,
        cell,
        breakdowns AS complete,
        source,
        row_lower,
        row_upper,
        row_least_high,
        row_most_low,
        TRUE AS is_printed,
        obs_status IN ('D', 'W') AS relaxes,
        obs_status = 'B' AS breaks,
        CASE WHEN obs_status = 'M' THEN 0 WHEN obs_status IN ('K', 'L', 'O') THEN least_known ELSE lower END AS low,
        CASE
            WHEN obs_status = 'M' THEN 0 WHEN obs_status IN ('K', 'L', 'O') THEN 'infinity'::DOUBLE ELSE upper
        END AS high,
        CASE
            WHEN obs_status = 'M' THEN 0 WHEN obs_status IN ('K', 'L', 'O') THEN least_known ELSE likely_lower
        END AS likely_low,
        CASE
            WHEN obs_status = 'M' THEN 0 WHEN obs_status IN ('K', 'L', 'O') THEN 'infinity'::DOUBLE ELSE likely_upper
        END AS likely_high
    FROM (
        SELECT
            figure.* REPLACE (
                coalesce(repeated.lower, figure.lower) AS lower,
                coalesce(repeated.upper, figure.upper) AS upper,
                coalesce(repeated.lower, figure.likely_lower) AS likely_lower,
                coalesce(repeated.upper, figure.likely_upper) AS likely_upper
            ),
            repeated.lower AS row_lower,
            repeated.upper AS row_upper,
            repeated.least_high AS row_least_high,
            repeated.most_low AS row_most_low,
            if(is_signed, '-infinity'::DOUBLE, 0) AS least_known
        FROM (
            FROM engine.placed
            SEMI JOIN (
                SELECT block FROM engine.block
                WHERE is_all
            ) AS apart USING (block)
        ) AS figure
        LEFT JOIN engine.repeated
            ON
                figure.block = repeated.block AND figure.cell = repeated.cell AND figure.repeats IS NOT NULL
                AND repeated.source IS NOT DISTINCT FROM if(figure.repeats = 'row', figure.source, NULL)
        WHERE kind IN ('count', 'amount')
    )
    INNER JOIN engine.complete USING (complete)
    UNION ALL BY NAME
    -- The whole of shares is all of itself, whether or not anyone prints it.
    SELECT
        block,
        cell,
        0 AS complete,
        source,
        NULL AS row_lower,
        NULL AS row_upper,
        NULL AS row_least_high,
        NULL AS row_most_low,
        FALSE AS is_printed,
        FALSE AS relaxes,
        FALSE AS breaks,
        100 AS low,
        100 AS high,
        100 AS likely_low,
        100 AS likely_high
    FROM engine.share_whole()
    ANTI JOIN engine.stated USING (block, cell)
)
GROUP BY block, cell;
