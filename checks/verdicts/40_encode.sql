-- From observations to blocks, but for those that are there. Cells are there already (grounding.py), since their
-- ancestors are looked for in the code lists. Where figures were screened, their blocks have numbers already.

INSERT INTO engine.block BY NAME
SELECT
    coalesce(
        wide_block.block,
        (SELECT count(*) FROM engine.wide_block)
        + row_number() OVER (ORDER BY per, register, indicator, ref_area, time_period) - 1
    ) AS block,
    register,
    indicator,
    ref_area,
    time_period,
    per,
    coalesce(over_time, 'none') AS over_time,
    coalesce(over_areas, 'none') AS over_areas,
    said.is_whole AND coalesce(indicator.is_whole, TRUE) AS is_whole,
    said.is_signed OR coalesce(indicator.is_signed, FALSE) AS is_signed,
    wide_block.wide,
    wide_block.wide IS NULL OR looked.is_all AS is_all,
    uniform.register IS NOT NULL AS is_uniform
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
LEFT JOIN engine.indicator USING (indicator)
LEFT JOIN engine.looked USING (register, indicator, ref_area, time_period)
LEFT JOIN engine.wide_block ON per = '' AND looked.wide = wide_block.wide
LEFT JOIN engine.uniform
    ON
        per = '' AND said.register = uniform.register AND said.indicator = uniform.indicator
        AND said.ref_area = uniform.ref_area
ANTI JOIN engine.block USING (register, indicator, ref_area, time_period, per);
