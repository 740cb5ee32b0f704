-- One column of figures of a described table, cell by cell, and what becomes of each cell: used, none (no figure in
-- it), left (its labels are left out) or broken. Grain: one row per row of the file that has any figure.
-- Filled in: rows reads the file with the places of its labels, codes says what each cell is about, meaning numbers
-- that, odd is the place of a cell that is no plain number among those read one by one, and read_* what they say; the
-- others are of the description and the topic.
SELECT
    *,
    $the_read_reason AS read_reason,
    $the_read_problem AS read_problem,
    CASE WHEN is_plain THEN number ELSE $read_value END AS value,
    CASE
        WHEN is_plain AND ($is_signed) IS NOT TRUE THEN greatest(number - half, 0.0)
        WHEN is_plain THEN number - half
        ELSE $read_lower
    END AS lower,
    CASE WHEN is_plain THEN number + half ELSE $read_upper END AS upper,
    CASE WHEN is_plain THEN lower ELSE $read_likely_lower END AS likely_lower,
    CASE WHEN is_plain THEN upper ELSE $read_likely_upper END AS likely_upper,
    CASE WHEN is_plain THEN 'exact' ELSE $read_qualifier END AS qualifier,
    CASE WHEN is_plain THEN cell ELSE $read_says END AS says,
    coalesce(nullif($read_status, ''), said_status, 'A') AS status,
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
        $the_odd AS odd
    FROM (
        SELECT
            *,
            $the_is_plain AS is_plain,
            $the_half AS half
        FROM (
            SELECT
                $codes,
                $the_unit AS unit,
                $share_of::VARCHAR AS share_of,
                $complete_of AS complete,
                $the_meaning AS meaning,
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
