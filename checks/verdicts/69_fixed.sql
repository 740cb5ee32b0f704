-- Of each instance that is new: what stays the same while bounds get tighter. Exact whole numbers enter its sum once;
-- what is added again, round by round, are the terms in `loose`.
INSERT INTO engine.fixed BY NAME
SELECT
    i,
    role,
    is_count,
    is_integer,
    if(is_integer, total, 0) AS total,
    parts_there,
    i NOT IN (SELECT otherwise.i FROM engine.otherwise)
    AND (by_partition OR by_breakdown AND i NOT IN (SELECT mentioned.i FROM engine.mentioned)) AS is_complete,
    relaxes,
    is_signed,
    has_part,
    has_whole,
    is_stated,
    source_first,
    source_last
FROM (
    SELECT
        i,
        min(role) AS role,
        bool_and(is_count AND is_whole) AS is_count,
        bool_and(is_count AND is_whole AND lower = round(lower) AND upper = round(upper)) AS is_integer,
        coalesce(
            sum(coef_low * lower) FILTER (engine.is_exact(lower, upper, likely_lower, likely_upper)), 0
        ) AS total,
        count(*) FILTER (NOT is_subject AND NOT is_extra)::INTEGER AS parts_there,
        coalesce(bool_or(NOT is_subject AND complete & partition > 0), FALSE) AS by_partition,
        coalesce(bool_or(NOT is_subject AND complete & breakdown > 0), FALSE) AS by_breakdown,
        bool_or(relaxes) AS relaxes,
        bool_or(is_signed) AS is_signed,
        bool_or(is_stated AND NOT is_subject) AS has_part,
        bool_or(is_stated AND is_subject) AS has_whole,
        bool_and(is_stated) AS is_stated,
        min(source_first) AS source_first,
        max(source_last) AS source_last
    FROM engine.term
    ANTI JOIN engine.fixed USING (i)
    INNER JOIN engine.role USING (role)
    INNER JOIN engine.quantity USING (q)
    GROUP BY i
);

TRUNCATE engine.now;

INSERT INTO engine.now BY NAME
SELECT i FROM engine.fixed
ANTI JOIN engine.range USING (i);

INSERT INTO engine.loose BY NAME
SELECT
    i,
    q,
    role
FROM engine.term
SEMI JOIN (
    SELECT q FROM engine.quantity
    WHERE is_whole AND NOT engine.is_exact(lower, upper, likely_lower, likely_upper)
) AS inexact USING (q)
SEMI JOIN engine.now USING (i)
WHERE
    i IN (
        SELECT fixed.i FROM engine.fixed
        WHERE fixed.is_integer
    )
UNION ALL
SELECT
    i,
    q,
    role
FROM engine.term
SEMI JOIN engine.now USING (i)
SEMI JOIN (
    SELECT i FROM engine.fixed
    WHERE NOT is_integer
) AS inexact USING (i);
