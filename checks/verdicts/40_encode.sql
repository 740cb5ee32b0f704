-- From observations to blocks, shares, and what the figures say of each quantity together. Cells are there already
-- (grounding.py), since their ancestors are looked for in the code lists.

INSERT INTO engine.block BY NAME
SELECT
    row_number() OVER (ORDER BY per, register, indicator, ref_area, time_period) - 1 AS block,
    register,
    indicator,
    ref_area,
    time_period,
    per,
    coalesce(over_time, 'none') AS over_time,
    coalesce(over_areas, 'none') AS over_areas,
    said.is_whole AND coalesce(indicator.is_whole, TRUE) AS is_whole,
    said.is_signed OR coalesce(indicator.is_signed, FALSE) AS is_signed
FROM (
    SELECT
        register,
        indicator,
        ref_area,
        time_period,
        per,
        bool_and(is_whole) AS is_whole,
        bool_or(is_signed) AS is_signed
    FROM (
        SELECT
            register,
            indicator,
            ref_area,
            time_period,
            '' AS per,
            kind <> 'amount' AS is_whole,
            is_signed AND kind <> 'share' AS is_signed
        FROM engine.observation()
        INNER JOIN engine.unit USING (unit)
        WHERE kind <> 'rate'
        UNION ALL
        SELECT
            base_register,
            base_indicator,
            base_ref_area,
            base_time_period,
            '' AS per,
            TRUE AS is_whole,
            FALSE AS is_signed
        FROM engine.base()
        WHERE is_linear
        UNION ALL
        SELECT
            register,
            indicator,
            ref_area,
            time_period,
            '' AS per,
            TRUE AS is_whole,
            FALSE AS is_signed
        FROM engine.base()
        WHERE is_linear AND kind = 'rate'
        UNION ALL
        SELECT
            unnest([register, base_register]) AS register,
            unnest([indicator, base_indicator]) AS indicator,
            unnest([ref_area, base_ref_area]) AS ref_area,
            unnest([time_period, base_time_period]) AS time_period,
            per,
            FALSE AS is_whole,
            FALSE AS is_signed
        FROM engine.base()
    )
    GROUP BY register, indicator, ref_area, time_period, per
) AS said
LEFT JOIN engine.indicator USING (indicator);

-- A share relates its own quantity, the part, to its base: the same quantity but for what share_of names. Where the
-- text states it of one printed figure (share_base), that figure's interval is the base.
INSERT INTO engine.share BY NAME
SELECT
    row_number() OVER (ORDER BY share_figure.observation_id, block, cell, base_block, base_cell) - 1 AS share,
    share_figure.observation_id,
    share_figure.source,
    block,
    cell,
    base_block,
    base_cell,
    share_figure.share_base,
    breakdowns AS complete,
    printed.lower AS base_lower,
    printed.upper AS base_upper,
    printed.likely_lower AS likely_base_lower,
    printed.likely_upper AS likely_base_upper,
    greatest(share_figure.lower / scale + shift, 0) AS low,
    share_figure.upper / scale + shift AS high,
    greatest(share_figure.likely_lower / scale + shift, 0) AS likely_low,
    share_figure.likely_upper / scale + shift AS likely_high
FROM engine.share_figure() AS share_figure
INNER JOIN engine.complete AS said ON share_figure.complete = said.complete
LEFT JOIN engine.observation() AS printed ON share_figure.share_base = printed.observation_id;

-- Unlike figures of one quantity that are no contradiction: rows of one data table, of which nothing says that they
-- speak of the same, and members under one label, as different sources list them.
INSERT INTO engine.repeated BY NAME
SELECT
    block,
    cell,
    if(repeats = 'row', source, NULL) AS source,
    min(lower) AS lower,
    max(upper) AS upper,
    min(upper) AS least_high,
    max(lower) AS most_low
FROM engine.figure()
WHERE kind IN ('count', 'amount') AND repeats IS NOT NULL AND obs_status NOT IN ('M', 'K', 'L', 'O')
GROUP BY block, cell, if(repeats = 'row', source, NULL)
HAVING max(lower) > min(upper);

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
        FROM engine.figure() AS figure
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
)
GROUP BY block, cell;
