-- From observations to blocks, shares, and what the figures say of each quantity together. Cells are there already
-- (grounding.py), since their ancestors are looked for in the code lists.

INSERT INTO engine.block BY NAME
SELECT
    row_number() OVER (ORDER BY register, indicator, ref_area, time_period) - 1 AS block,
    register,
    indicator,
    ref_area,
    time_period,
    coalesce(over_time, 'none') AS over_time,
    coalesce(over_areas, 'none') AS over_areas,
    is_whole,
    is_signed
FROM (
    SELECT
        register,
        indicator,
        ref_area,
        time_period,
        bool_and(is_whole) AS is_whole,
        bool_or(is_signed) AS is_signed
    FROM (
        SELECT
            register,
            indicator,
            ref_area,
            time_period,
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
            TRUE AS is_whole,
            FALSE AS is_signed
        FROM engine.base()
    )
    GROUP BY register, indicator, ref_area, time_period
)
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
    printed.lower AS base_lower,
    printed.upper AS base_upper,
    greatest(share_figure.lower / scale + shift, 0) AS low,
    share_figure.upper / scale + shift AS high,
    greatest(share_figure.likely_lower / scale + shift, 0) AS likely_low,
    share_figure.likely_upper / scale + shift AS likely_high
FROM engine.share_figure() AS share_figure
LEFT JOIN engine.observation() AS printed ON share_figure.share_base = printed.observation_id;

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
    count(*)::INTEGER AS observations,
    bool_or(relaxes) AS relaxes,
    bool_or(breaks) AS breaks,
    bit_or(complete) AS complete,
    min(source) AS source_first,
    max(source) AS source_last
FROM (
    SELECT
        block,
        cell,
        breakdowns AS complete,
        source,
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
            *,
            if(is_signed, '-infinity'::DOUBLE, 0) AS least_known
        FROM engine.figure()
        WHERE kind IN ('count', 'amount')
    )
    INNER JOIN engine.complete USING (complete)
)
GROUP BY block, cell;
