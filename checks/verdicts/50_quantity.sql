-- Quantities that are not there: stated ones, and unstated ones that a share names or that a stated one is part of (any
-- number).
INSERT INTO engine.quantity BY NAME
WITH named AS (
    SELECT
        block,
        cell
    FROM engine.share
    UNION
    SELECT
        base_block AS block,
        base_cell AS cell
    FROM engine.share
),

-- Where what is stated has above it what is not.
above AS (
    SELECT block.block
    FROM engine.block
    LEFT JOIN engine.wide ON block.wide = wide.rowid
    WHERE block.is_all OR wide.latent <> 0
),

latent AS (
    SELECT
        block,
        cell
    FROM (
        SELECT
            block,
            ancestor AS cell
        FROM (
            SELECT
                block,
                cell
            FROM engine.stated
            SEMI JOIN above USING (block)
            ANTI JOIN engine.quantity USING (block, cell)
            UNION ALL
            SELECT
                block,
                cell
            FROM named
        )
        INNER JOIN engine.ancestor USING (cell)
        UNION
        SELECT
            block,
            cell
        FROM named
    )
    ANTI JOIN engine.stated USING (block, cell)
),

known AS (
    SELECT
        block,
        cell,
        if(most_low > least_high, least_low, most_low) AS lower,
        if(most_low > least_high, most_high, least_high) AS upper,
        if(likely_most_low > likely_least_high, lower, greatest(likely_most_low, lower)) AS likely_lower,
        if(likely_most_low > likely_least_high, upper, least(likely_least_high, upper)) AS likely_upper,
        TRUE AS is_stated,
        relaxes,
        breaks,
        complete,
        source_first,
        source_last
    FROM engine.stated
    ANTI JOIN engine.quantity USING (block, cell)
    UNION ALL BY NAME
    SELECT
        latent.block,
        latent.cell,
        if(is_signed, '-infinity'::DOUBLE, 0) AS lower,
        'infinity'::DOUBLE AS upper,
        lower AS likely_lower,
        upper AS likely_upper,
        FALSE AS is_stated,
        FALSE AS relaxes,
        FALSE AS breaks,
        said.complete
    FROM latent
    INNER JOIN engine.block USING (block)
    LEFT JOIN engine.wide ON block.wide = wide.rowid
    LEFT JOIN engine.wide_cell ON latent.cell = wide_cell.cell
    LEFT JOIN (
        SELECT
            block,
            cell,
            bit_or(complete) AS complete
        FROM engine.share
        GROUP BY block, cell
    ) AS said
        ON latent.block = said.block AND latent.cell = said.cell
    -- What is stated but was set aside is not latent.
    WHERE block.is_all OR wide.latent & (1::BIGINT << wide_cell.place) <> 0
)

SELECT
    block * (SELECT count(*) FROM engine.cell) + cell AS q,
    known.*,
    cell IN (SELECT unnamed_cell.cell FROM engine.unnamed_cell) AS is_extra,
    is_whole,
    is_signed,
    lower AS observed_lower,
    upper AS observed_upper
FROM known
INNER JOIN engine.block USING (block)
ANTI JOIN engine.quantity USING (block, cell);
