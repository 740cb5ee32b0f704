-- What the views of victims by one breakdown have in common: counts of its parts, beside their totals.
-- Grain: one row per register, indicator, area, period and code.
CREATE OR REPLACE MACRO victims_by(named) AS TABLE
    SELECT
        register,
        indicator,
        ref_area,
        time_period,
        code,
        lower,
        upper,
        total_lower,
        total_upper,
        percent_lower,
        percent_upper,
        percent_missing,
        is_contradicted,
        findings,
        sources
    FROM part_of_whole
    WHERE breakdown = named AND rests_on = 'count' AND starts_with(indicator, 'victims')
    ORDER BY register, indicator, ref_area, time_period, code;
