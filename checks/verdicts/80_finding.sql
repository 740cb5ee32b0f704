-- The figures behind each finding that fails or is doubtful: those stated of its quantities, and those of the relations
-- that pinned the others, back to what was printed. Of one that is open, only the shares.
INSERT INTO engine.behind BY NAME
WITH RECURSIVE pinned AS (
    SELECT
        pinned,
        is_expected,
        term.i,
        term.q
    FROM (
        SELECT
            q AS pinned,
            unnest([lower_by, upper_by]) AS i,
            FALSE AS is_expected
        FROM engine.quantity
        WHERE lower_by IS NOT NULL OR upper_by IS NOT NULL
        UNION ALL
        SELECT
            q AS pinned,
            i,
            TRUE AS is_expected
        FROM engine.expected
    )
    INNER JOIN engine.term USING (i)
),

step (i, q, depth, verdict) AS (
    SELECT
        i,
        unnest(quantities) AS q,
        0 AS depth,
        verdict
    FROM engine.side
    WHERE verdict IN ('fails', 'doubtful')
    UNION
    SELECT
        step.i,
        pinned.q,
        step.depth + 1 AS depth,
        step.verdict
    FROM step
    INNER JOIN pinned ON step.q = pinned.pinned
    WHERE step.depth < 4 AND step.i <> pinned.i AND (step.verdict = 'doubtful' OR NOT is_expected)
),

behind AS (
    SELECT DISTINCT
        i,
        q
    FROM step
),

-- A share behind a finding: the instance itself is one, or a bound came by one.
by_share AS (
    SELECT
        engine.instance('share', share) AS instance,
        observation_id,
        source
    FROM engine.share
),

bound AS MATERIALIZED (
    SELECT
        q,
        observation_id,
        source
    FROM engine.quantity
    INNER JOIN by_share ON lower_by = instance
    UNION ALL
    SELECT
        q,
        observation_id,
        source
    FROM engine.quantity
    INNER JOIN by_share ON upper_by = instance
)

SELECT
    i,
    observation_id,
    source
FROM behind
INNER JOIN engine.quantity USING (q)
INNER JOIN engine.figure() USING (block, cell)
WHERE kind IN ('count', 'amount')
UNION
SELECT
    i,
    observation_id,
    source
FROM engine.side
INNER JOIN by_share ON side.i = by_share.instance
UNION
SELECT
    member.i,
    observation_id,
    source
FROM (
    SELECT
        i,
        q
    FROM behind
    UNION ALL
    SELECT
        i,
        unnest(quantities) AS q
    FROM engine.side
    WHERE verdict = 'open'
) AS member
INNER JOIN bound ON member.q = bound.q;

INSERT INTO engine.finding BY NAME
WITH figure AS (
    SELECT
        i,
        observation_id,
        source
    FROM (
        SELECT
            i,
            unnest(quantities) AS q
        FROM engine.side
        WHERE verdict = 'open'
    )
    INNER JOIN (
        SELECT
            engine.quantity_of(block, cell) AS q,
            observation_id,
            source
        FROM engine.figure()
        WHERE kind IN ('count', 'amount')
    ) AS figure USING (q)
),

source AS (
    SELECT
        i,
        array_to_string(list_sort(list(observation_id)), ' ') AS observations,
        array_to_string(list_sort(list(DISTINCT source)), ' ') AS source
    FROM (
        FROM engine.behind
        UNION ALL BY NAME
        FROM figure
    )
    GROUP BY i
),

stated AS (
    SELECT
        i,
        string_agg(key, '|' ORDER BY place, key) AS stated_keys
    FROM engine.term
    SEMI JOIN engine.side USING (i)
    SEMI JOIN (
        SELECT role FROM engine.role
        WHERE name IN ('left', 'right')
    ) AS chosen
        USING (role)
    INNER JOIN engine.named() USING (q)
    GROUP BY i
),

share AS (
    SELECT
        engine.instance('share', share) AS i,
        observation_id AS share_place
    FROM engine.share
),

period AS (
    SELECT
        i,
        kinds
    FROM engine.period_instance
),

named AS MATERIALIZED (
    SELECT
        q,
        key,
        time_period
    FROM engine.named()
    WHERE q IN (
        SELECT side.whole FROM engine.side
        UNION
        SELECT side.part FROM engine.side
    )
)

SELECT
    side.i,
    substr(sha256(concat_ws('|', rule, CASE
        -- The parts of a whole may be printed one by one: it stays the same finding.
        WHEN rule LIKE 'periods\_%' ESCAPE '\' THEN whole.key || '|' || kinds
        WHEN rule IN ('period_is_period', 'period_within_period', 'share_of_whole') OR rule LIKE '%each_at_most%'
            THEN concat_ws('|', whole.key, part.key)
        ELSE coalesce(stated_keys, whole.key)
    END, share_place)), 1, 12) AS finding,
    rule,
    verdict,
    CASE WHEN verdict = 'open' THEN if(is_stated, 'consistent', 'incomplete') END AS status,
    source.source,
    coalesce(side.whole, side.part) AS q,
    part.time_period AS part_time_period,
    left_lower,
    left_upper,
    right_lower,
    right_upper,
    gap,
    observations,
    quantities
FROM engine.side
LEFT JOIN named AS whole ON side.whole = whole.q
LEFT JOIN named AS part ON side.part = part.q
LEFT JOIN source ON side.i = source.i
LEFT JOIN stated ON side.i = stated.i
LEFT JOIN share ON side.i = share.i
LEFT JOIN period ON side.i = period.i;

-- What later editions of a series restate. Where the quantity also fails by itself, that keeps the name.
INSERT INTO engine.finding BY NAME
SELECT
    engine.instance('restated', figure.q) AS i,
    substr(sha256(concat_ws('|', 'one_value', named.key, if(again.q IS NULL, NULL, 'restated'))), 1, 12) AS finding,
    'one_value' AS rule,
    'restated' AS verdict,
    array_to_string(sources, ' ') AS source,
    figure.q,
    time_period AS part_time_period,
    earlier_lower AS left_lower,
    earlier_upper AS left_upper,
    later_lower AS right_lower,
    later_upper AS right_upper,
    greatest(earlier_lower - later_upper, later_lower - earlier_upper) AS gap,
    array_to_string(restated.observations, ' ') AS observations,
    [figure.q] AS quantities
FROM engine.restated
INNER JOIN (
    SELECT
        observation_id,
        quantity.q
    FROM engine.figure()
    INNER JOIN engine.quantity USING (block, cell)
) AS figure
    USING (observation_id)
INNER JOIN (
    SELECT
        q,
        key
    FROM engine.named()
) AS named ON figure.q = named.q
LEFT JOIN (
    SELECT q FROM engine.finding
    WHERE rule = 'one_value'
) AS again ON figure.q = again.q
WHERE 'one_value' IN (SELECT kept.rule FROM engine.kept);
