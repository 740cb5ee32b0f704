-- The blocks that a share relates, or whose printed figure it is of. None of them is settled in `wide`.
INSERT INTO engine.share_block BY NAME
SELECT
    register,
    indicator,
    ref_area,
    time_period
FROM engine.given()
WHERE share_of IS NOT NULL
UNION
SELECT
    register,
    indicator,
    ref_area,
    time_period
FROM engine.base()
UNION
SELECT
    base_register,
    base_indicator,
    base_ref_area,
    base_time_period
FROM engine.base()
UNION
SELECT
    register,
    indicator,
    ref_area,
    time_period
FROM engine.given()
WHERE observation_id IN (
    SELECT share.share_base FROM engine.given() AS share
    WHERE share.share_of IS NOT NULL
);

-- And the blocks that a later edition restates.
INSERT INTO engine.share_block BY NAME
SELECT DISTINCT
    register,
    indicator,
    ref_area,
    time_period
FROM engine.restated
ANTI JOIN engine.share_block USING (register, indicator, ref_area, time_period);

UPDATE engine.wide SET is_settled = FALSE
FROM engine.share_block
WHERE
    wide.register = share_block.register AND wide.indicator = share_block.indicator
    AND wide.ref_area = share_block.ref_area AND wide.time_period = share_block.time_period;

INSERT INTO engine.wide BY NAME
SELECT
    share_block.*,
    FALSE AS is_settled
FROM engine.share_block
ANTI JOIN engine.wide USING (register, indicator, ref_area, time_period);
