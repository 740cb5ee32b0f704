-- A breakdown declared complete means the parts that stand directly below its total. Where several partitions have that
-- total, one whose stated parts are all in another that has more of them is only mentioned: nothing says that its other
-- parts are zero. Grain: one row per such instance.
TRUNCATE engine.mentioned;

INSERT INTO engine.mentioned BY NAME
WITH declared AS (
    SELECT
        i,
        breakdown,
        whole,
        parts
    FROM (
        SELECT
            term.i,
            max(breakdown) AS breakdown,
            max(q) FILTER (is_subject) AS whole,
            list(q) FILTER (NOT is_subject AND complete & breakdown > 0) AS parts
        FROM engine.term
        INNER JOIN engine.role USING (role)
        INNER JOIN engine.quantity USING (q)
        WHERE
            breakdown IN (
                SELECT twice.breakdown FROM engine.role AS twice
                WHERE twice.breakdown > 0 AND low = 0
                GROUP BY twice.breakdown
                HAVING count(DISTINCT rule) > 1
            )
        GROUP BY term.i
    )
    WHERE parts IS NOT NULL
)

SELECT DISTINCT few.i
FROM declared AS few
INNER JOIN declared AS many USING (whole, breakdown)
WHERE len(few.parts) < len(many.parts) AND list_has_all(many.parts, few.parts);
