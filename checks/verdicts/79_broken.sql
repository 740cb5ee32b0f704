-- Tables that are broken as a whole: of one source, so many relations of one rule that do not hold ($most, or one in
-- $part, and more than are shown) that they are one thing to look at. The widest of them are shown ($most_shown), and
-- all are counted. Nothing follows from them: they take no part in explanations. Of a part of the figures it is decided
-- by all of them which tables are broken ($decided).
INSERT INTO engine.broken BY NAME
SELECT
    rule,
    source,
    tested,
    fails,
    doubtful,
    least(fails + doubtful, $most_shown)::INTEGER AS shown
FROM engine.failing
INNER JOIN engine.tested() AS tested USING (rule, source)
WHERE
    if(
        $decided IS NULL,
        fails + doubtful > $most_shown AND ((fails + doubtful) * $part > tested OR fails + doubtful > $most),
        list_contains($decided, row(rule, source))
    );

INSERT INTO engine.broken_instance BY NAME
WITH broken AS (
    SELECT
        i,
        rule,
        source,
        row(verdict = 'fails', gap) AS width
    FROM engine.judged()
    SEMI JOIN engine.broken USING (rule, source)
    WHERE verdict IN ('fails', 'doubtful')
),

-- Those as wide as the last one shown are too many, where many are as wide: names settle which of them are shown.
edge AS (
    SELECT
        rule,
        source,
        list_last(max(width, $most_shown)) AS width
    FROM broken
    GROUP BY rule, source
),

candidate AS (
    SELECT
        broken.i,
        broken.rule,
        broken.source,
        broken.width
    FROM broken
    INNER JOIN edge USING (rule, source)
    WHERE broken.width >= edge.width
),

named AS (
    SELECT
        i,
        bit_xor(hash(key)) AS name
    FROM (
        SELECT
            i,
            q
        FROM engine.term
        SEMI JOIN candidate USING (i)
        UNION ALL
        SELECT
            i,
            i - engine.instance('one value', 0) AS q
        FROM candidate
        WHERE rule = 'one_value'
    )
    INNER JOIN (
        SELECT
            q,
            key
        FROM engine.named()
    ) USING (q)
    GROUP BY i
),

placed AS (
    SELECT
        candidate.i,
        named.name,
        row_number() OVER (
            PARTITION BY candidate.rule, candidate.source ORDER BY candidate.width DESC, named.name ASC, candidate.i ASC
        ) AS place
    FROM candidate
    INNER JOIN named USING (i)
)

SELECT
    broken.i,
    coalesce(placed.place <= $most_shown, FALSE) AS is_shown,
    placed.name
FROM broken
LEFT JOIN placed USING (i);

INSERT INTO engine.settled BY NAME
SELECT i
FROM engine.broken_instance;
