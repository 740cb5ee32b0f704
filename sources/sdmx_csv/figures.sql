-- The figures of an SDMX-CSV file, cell by cell as text, with why a row cannot be used.
-- Grain: one row per row of the file. Filled in: cells names each concept's column or what it is without one,
-- file reads the file, periods lists the periods that are none, the others list units by kind.
SELECT
    *,
    says[1] = '<' AS is_suppressed,
    CASE
        WHEN obs_status IN ('M', 'O') OR says IN ('', 'NaN') THEN 'no_value'
        WHEN unit IN ($shares) AND share_of = '' THEN 'share_without_base'
        WHEN (unit IN ($of)) IS NOT TRUE AND share_of <> '' THEN 'share_of_a_count'
        WHEN
            unit IN ($decimals) AND NOT regexp_full_match(says, '-?\d{1,15}(\.\d{1,12})?')
            THEN 'not_a_number'
        WHEN
            unit IN ($decimals) AND says[1] = '-' AND (unit IN ($signed)) IS NOT TRUE
            THEN 'below_zero'
        WHEN (unit IN ($decimals)) IS NOT TRUE AND NOT regexp_full_match(says, '<?\d{1,15}') THEN 'not_a_count'
        WHEN says = '<0' THEN 'not_a_count'
        WHEN time_period IN ($periods) THEN 'period_unclear'
        ELSE ''
    END AS reason
FROM (SELECT $cells FROM $file)
