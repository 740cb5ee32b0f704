-- Grain: one row per finding that fails or is doubtful, and term of its relation; of figures that disagree about one
-- quantity, one row per interval that is printed. Of a share, one row says what it makes of its whole: it has the
-- share's own figure, and is no term of the sum (its coefficient is 0).
WITH certain AS (
    SELECT
        i,
        finding,
        rule,
        verdict,
        quantities,
        observations,
        right_lower,
        right_upper
    FROM engine.finding
    WHERE verdict IN ('fails', 'doubtful')
),

figure AS (
    SELECT
        q,
        figure.observation_id,
        figure.lower,
        figure.upper,
        figure.likely_lower,
        figure.likely_upper
    FROM engine.figure() AS figure
    INNER JOIN engine.quantity USING (block, cell)
    WHERE kind IN ('count', 'amount') AND q IN (
        SELECT term.q
        FROM engine.term
        SEMI JOIN certain USING (i)
        UNION
        SELECT unnest(certain.quantities) FROM certain
    )
),

said AS (
    SELECT
        q,
        string_agg(observation_id, ' ' ORDER BY observation_id) AS observations
    FROM figure
    GROUP BY q
),

-- The printed figure that shares are stated of is their whole.
whole_said AS (
    SELECT
        block,
        cell,
        any_value(share_base) AS observations
    FROM engine.share_whole()
    GROUP BY block, cell
),

printed AS (
    SELECT
        certain.finding,
        certain.verdict,
        figure.q,
        figure.lower,
        figure.upper,
        min(figure.likely_lower) AS likely_lower,
        max(figure.likely_upper) AS likely_upper,
        string_agg(observation_id, ' ' ORDER BY observation_id) AS observations
    FROM certain
    INNER JOIN figure ON list_contains(certain.quantities, figure.q)
    WHERE certain.rule = 'one_value'
    GROUP BY ALL
),

share AS (
    SELECT
        certain.finding,
        certain.right_lower,
        certain.right_upper,
        share.likely_low * coalesce(share.likely_base_lower, base.likely_lower) AS likely_lower,
        share.likely_high * coalesce(share.likely_base_upper, base.likely_upper) AS likely_upper,
        share.*
    FROM certain
    INNER JOIN engine.share ON certain.i = engine.instance('share', share.share)
    LEFT JOIN engine.quantity AS base ON share.base_block = base.block AND share.base_cell = base.cell
),

term AS (
    SELECT
        certain.finding,
        CASE
            WHEN role.name IN ('left', 'right') THEN role.name
            WHEN role.is_subject THEN 'whole'
            ELSE 'part'
        END AS side,
        role.coef_high AS coefficient,
        quantity.block,
        quantity.cell,
        quantity.lower,
        quantity.upper,
        quantity.likely_lower,
        quantity.likely_upper,
        coalesce(said.observations, whole_said.observations, '') AS observations
    FROM certain
    INNER JOIN engine.term USING (i)
    INNER JOIN engine.role USING (role)
    INNER JOIN engine.quantity ON term.q = quantity.q
    LEFT JOIN said ON term.q = said.q
    LEFT JOIN whole_said ON quantity.block = whole_said.block AND quantity.cell = whole_said.cell
    WHERE certain.rule <> 'one_value'
    UNION ALL BY NAME
    -- What cannot be true together is no sum: its figures stand side by side.
    SELECT
        certain.finding,
        'part' AS side,
        1 AS coefficient,
        quantity.block,
        quantity.cell,
        any_value(quantity.observed_lower) AS lower,
        any_value(quantity.observed_upper) AS upper,
        any_value(quantity.likely_lower) AS likely_lower,
        any_value(quantity.likely_upper) AS likely_upper,
        string_agg(observation_id, ' ' ORDER BY observation_id) AS observations
    FROM certain
    INNER JOIN engine.group_claim
        ON
            list_contains(certain.quantities, group_claim.q)
            AND list_contains(string_split(certain.observations, ' '), group_claim.observation_id)
    INNER JOIN engine.quantity ON group_claim.q = quantity.q
    WHERE certain.rule = 'together'
    GROUP BY certain.finding, quantity.block, quantity.cell
    UNION ALL BY NAME
    -- Of the intervals that disagree, the lowest is on the left: of a doubt, the lowest as a reader takes the words.
    SELECT
        finding,
        if(row_number() OVER lowest = 1, 'left', 'right') AS side,
        if(row_number() OVER lowest = 1, 1, -1) AS coefficient,
        quantity.block,
        quantity.cell,
        printed.lower,
        printed.upper,
        printed.likely_lower,
        printed.likely_upper,
        observations
    FROM printed
    INNER JOIN engine.quantity USING (q)
    WINDOW
        lowest AS (
            PARTITION BY finding
            ORDER BY if(verdict = 'doubtful', printed.likely_upper, printed.upper), printed.upper, printed.lower
        )
    UNION ALL BY NAME
    SELECT
        finding,
        'right' AS side,
        0 AS coefficient,
        block,
        cell,
        right_lower AS lower,
        right_upper AS upper,
        -- A share of nothing that is expected to be unbounded is not a number.
        if(isfinite(share.likely_lower), share.likely_lower, right_lower) AS likely_lower,
        if(isfinite(share.likely_upper), share.likely_upper, right_upper) AS likely_upper,
        observation_id AS observations
    FROM share
    UNION ALL BY NAME
    -- The one printed figure that a share is stated of.
    SELECT
        finding,
        'whole' AS side,
        if(isinf(high), -low, -high) AS coefficient,
        base_block AS block,
        base_cell AS cell,
        base_lower AS lower,
        base_upper AS upper,
        base_lower AS likely_lower,
        base_upper AS likely_upper,
        share_base AS observations
    FROM share
    WHERE share_base IS NOT NULL
)

SELECT
    finding,
    row_number() OVER (
        PARTITION BY finding
        ORDER BY array_position(['left', 'part', 'whole', 'right'], side), block, cell, term.upper, observations
    )::INTEGER AS term,
    side,
    coefficient,
    register,
    indicator,
    ref_area,
    time_period,
    cell.* EXCLUDE (cell, member),
    term.lower,
    term.upper,
    -- A rule may have pinned the quantity tighter than a reader expects.
    least(greatest(term.likely_lower, term.lower), term.upper) AS likely_lower,
    greatest(least(term.likely_upper, term.upper), term.lower) AS likely_upper,
    observations
FROM term
INNER JOIN engine.block USING (block)
INNER JOIN engine.cell USING (cell)
ORDER BY finding, term;
