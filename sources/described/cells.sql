-- One column of figures of a described table, cell by cell, and what becomes of each cell: used, none (no figure in
-- it), left (its labels are left out) or broken. Grain: one row per row of the file that has any figure.
-- Filled in: rows reads the file with what its labels stand for, codes says what each cell is about,
-- read what the cells say that are no plain number; the others are of the description and the topic.
SELECT
    *,
    CASE
        WHEN is_plain THEN cell::DOUBLE
        ELSE read_value
    END AS value,
    CASE
        WHEN is_plain AND (unit IN ($signed)) IS NOT TRUE THEN greatest(cell::DOUBLE - half, 0.0)
        WHEN is_plain THEN cell::DOUBLE - half
        ELSE read_lower
    END AS lower,
    CASE WHEN is_plain THEN cell::DOUBLE + half ELSE read_upper END AS upper,
    CASE WHEN is_plain THEN lower ELSE read_likely_lower END AS likely_lower,
    CASE WHEN is_plain THEN upper ELSE read_likely_upper END AS likely_upper,
    CASE WHEN is_plain THEN 'exact' ELSE read_qualifier END AS qualifier,
    CASE WHEN is_plain THEN cell ELSE read_says END AS says,
    CASE
        WHEN problem = '-' THEN 'left'
        WHEN problem <> '' OR read_problem <> '' THEN 'broken'
        WHEN is_plain OR read_lower IS NOT NULL THEN 'used'
        ELSE 'none'
    END AS state
FROM (
    SELECT
        *,
        CASE
            WHEN unit IN ($counts) THEN regexp_full_match(cell, '$whole')
            WHEN unit IN ($signed) THEN regexp_full_match(cell, '-?($number)')
            WHEN unit IN ($numbers) THEN regexp_full_match(cell, '$number')
            ELSE FALSE
        END AS is_plain,
        CASE
            WHEN unit IN ($counts) THEN 0.0
            WHEN contains(cell, '.') THEN 0.5 / pow(10, length(cell) - strpos(cell, '.'))
            ELSE 0.5
        END AS half
    FROM (
        SELECT
            $codes,
            coalesce($said_unit, $unit_of[indicator]) AS unit,
            $share_of::VARCHAR AS share_of,
            $complete_of AS complete,
            $text AS cell,
            $of_column AS column_name,
            $status AS said_status,
            $whereabouts AS place,
            $unclear AS problem,
            file.*
        FROM $rows
        WHERE $is_row
    ) AS told
)
LEFT JOIN $read ON cell = read.raw AND unit = read.of_unit
