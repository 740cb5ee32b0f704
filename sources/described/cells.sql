-- One column of figures of a described table, cell by cell, and what becomes of each cell: used, none (no figure in
-- it), left (its labels are left out) or broken. Grain: one row per row of the file that has any figure.
-- Filled in: rows reads the file with the places of its labels, codes says what each cell is about, means numbers
-- that, which is the place of a cell that is no plain number among those read one by one, and found_* what they say;
-- the others are of the description and the topic.
SELECT
    *,
    $found_reason AS read_reason,
    $found_problem AS read_problem,
    CASE WHEN is_plain THEN number ELSE $found_value END AS value,
    CASE
        WHEN is_plain AND ($is_signed) IS NOT TRUE THEN greatest(number - half, 0.0)
        WHEN is_plain THEN number - half
        ELSE $found_lower
    END AS lower,
    CASE WHEN is_plain THEN number + half ELSE $found_upper END AS upper,
    CASE WHEN is_plain THEN lower ELSE $found_likely_lower END AS likely_lower,
    CASE WHEN is_plain THEN upper ELSE $found_likely_upper END AS likely_upper,
    CASE WHEN is_plain THEN 'exact' ELSE $found_qualifier END AS qualifier,
    CASE WHEN is_plain THEN cell ELSE $found_says END AS says,
    coalesce(nullif($found_status, ''), said_status, 'A') AS status,
    CASE
        WHEN problem = '-' THEN 'left'
        WHEN problem <> '' OR read_problem <> '' THEN 'broken'
        WHEN is_plain OR lower IS NOT NULL THEN 'used'
        ELSE 'none'
    END AS state
FROM (
    SELECT
        *,
        CASE WHEN is_plain THEN cell::DOUBLE END AS number,
        $which AS odd
    FROM (
        SELECT
            *,
            $plainly AS is_plain,
            $half_step AS half
        FROM (
            SELECT
                $codes,
                $of_unit AS unit,
                $share_of::VARCHAR AS share_of,
                $complete_of AS complete,
                $means AS meaning,
                $text AS cell,
                $of_column AS column_name,
                $status AS said_status,
                $whereabouts AS place,
                $unclear AS problem,
                file.*
            FROM $rows
        ) AS told
    )
)
