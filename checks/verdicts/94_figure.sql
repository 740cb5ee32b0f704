-- Grain: one row per figure that was evaluated one by one: how many relations of each verdict it is in. Figures set
-- aside because all of their tables plainly holds have none.
WITH related AS (
    SELECT
        observation_id,
        term.i
    FROM engine.figure() AS figure
    INNER JOIN engine.quantity USING (block, cell)
    INNER JOIN engine.term USING (q)
    WHERE figure.kind IN ('count', 'amount')
    UNION
    SELECT
        observation_id,
        engine.instance('share', share) AS i
    FROM engine.share
    UNION
    SELECT
        share_base AS observation_id,
        engine.instance('share', share) AS i
    FROM engine.share
    WHERE share_base IS NOT NULL
    UNION
    -- What it pins makes another relation fail.
    SELECT
        observation_id,
        behind.i
    FROM engine.behind
    SEMI JOIN (
        SELECT i FROM engine.range
        WHERE verdict IN ('fails', 'doubtful')
    ) AS broken
        USING (i)
),

judged AS (
    SELECT
        observation_id,
        verdict
    FROM related
    INNER JOIN engine.range USING (i)
    WHERE verdict <> 'open' OR has_whole AND has_part
    UNION ALL
    SELECT
        observation_id,
        CASE
            WHEN most_low > least_high THEN 'fails'
            WHEN likely_most_low > likely_least_high THEN 'doubtful'
            ELSE 'holds'
        END AS verdict
    FROM engine.figure() AS figure
    INNER JOIN engine.stated USING (block, cell)
    WHERE
        figure.kind IN ('count', 'amount') AND observations > 1
        AND 'one_value' IN (SELECT kept.rule FROM engine.kept)
    UNION ALL
    SELECT
        unnest(string_split(observations, ' ')) AS observation_id,
        verdict
    FROM engine.finding
    WHERE rule = 'together'
    UNION ALL
    -- A group that was decided as a whole is one more relation of those in it.
    SELECT DISTINCT
        observation_id,
        'holds' AS verdict
    FROM (
        SELECT unnest(quantities) AS q FROM engine.together
        WHERE verdict = 'holds'
    )
    INNER JOIN engine.term USING (q)
    INNER JOIN related USING (i)
    INNER JOIN engine.range USING (i)
    WHERE range.verdict = 'open'
    UNION ALL
    SELECT
        observation_id,
        'not decided' AS verdict
    FROM (
        SELECT DISTINCT bound.q
        FROM (
            SELECT unnest(quantities) AS q FROM engine.together
            WHERE verdict = 'not decided'
        ) AS apart
        INNER JOIN engine.term AS inner_term ON apart.q = inner_term.q
        INNER JOIN engine.term AS bound ON inner_term.i = bound.i
    )
    INNER JOIN engine.quantity USING (q)
    INNER JOIN engine.figure() USING (block, cell)
    UNION ALL
    -- What a later edition says otherwise is in no other relation.
    SELECT
        observation_id,
        'restated' AS verdict
    FROM engine.superseded
),

-- What plainly holds was counted and not evaluated.
screened AS (
    SELECT
        looked.wide,
        wide.register,
        wide.present | wide.odd AS have,
        cell,
        place
    FROM engine.looked
    INNER JOIN engine.wide ON looked.wide = wide.rowid
    ANTI JOIN engine.around ON looked.wide = around.wide
    INNER JOIN engine.wide_cell ON looked.cells & (1::BIGINT << place) <> 0
    WHERE NOT wide.is_all
),

plain_relation AS (
    SELECT
        screened.wide,
        cell,
        count(*) AS relations
    FROM screened
    INNER JOIN engine.wide_relation
        ON
            have & parts <> 0 AND wide_relation.cells & (1::BIGINT << place) <> 0
            AND (len(registers) = 0 OR list_contains(registers, register))
            AND NOT list_contains(other_than, register)
    ANTI JOIN engine.evaluated_cell
        ON screened.wide = evaluated_cell.wide AND wide_relation.relation = evaluated_cell.relation
    GROUP BY screened.wide, cell
    UNION ALL
    SELECT
        wide,
        cell,
        count(*) AS relations
    FROM (
        SELECT
            unnest(blocks) AS wide,
            plain
        FROM engine.link
        WHERE plain <> 0
    )
    INNER JOIN engine.looked USING (wide)
    INNER JOIN engine.wide_cell ON cells & plain & (1::BIGINT << place) <> 0
    GROUP BY wide, cell
    UNION ALL
    SELECT
        blocks[term + 1] AS wide,
        cell,
        count(*) AS relations
    FROM engine.stated_link
    INNER JOIN engine.choice
        ON
            stated_link.rule = choice.rule AND stated_link.chunk = choice.chunk
            AND plain & (1::BIGINT << bit) <> 0
    INNER JOIN engine.wide_cell USING (place)
    GROUP BY blocks[term + 1], cell
),

plain AS (
    SELECT
        observation_id,
        sum(relations) AS plain
    FROM engine.placed
    INNER JOIN engine.block USING (block)
    INNER JOIN plain_relation USING (wide, cell)
    GROUP BY observation_id
)

SELECT
    observation_id,
    (count(*) FILTER (verdict = 'holds') + coalesce(any_value(plain), 0))::INTEGER AS holds,
    count(*) FILTER (verdict = 'fails')::INTEGER AS fails,
    count(*) FILTER (verdict = 'doubtful')::INTEGER AS doubtful,
    count(*) FILTER (verdict = 'restated')::INTEGER AS restated,
    count(*) FILTER (verdict = 'open')::INTEGER AS open,
    count(*) FILTER (verdict = 'not decided')::INTEGER AS not_decided
FROM (
    SELECT observation_id
    FROM engine.placed
    UNION
    SELECT observation_id
    FROM engine.relative
    UNION
    SELECT observation_id
    FROM engine.superseded
)
LEFT JOIN judged USING (observation_id)
LEFT JOIN plain USING (observation_id)
GROUP BY observation_id
ORDER BY observation_id;
