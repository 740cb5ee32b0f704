-- The tables of figures that a share relates, or whose printed figure it is of. None of them is settled in c_wide.
CREATE OR REPLACE TEMP TABLE c_share_block AS
WITH share AS (
    SELECT *
    FROM c_given
    WHERE share_of IS NOT NULL
)

SELECT register, indicator, ref_area, time_period FROM share
UNION
SELECT
    coalesce(nullif(regexp_extract(share_of, '(^|;)register=([^;]*)', 2), ''), register),
    coalesce(nullif(regexp_extract(share_of, '(^|;)indicator=([^;]*)', 2), ''), indicator),
    coalesce(nullif(regexp_extract(share_of, '(^|;)ref_area=([^;]*)', 2), ''), ref_area),
    coalesce(nullif(regexp_extract(share_of, '(^|;)time_period=([^;]*)', 2), ''), time_period)
FROM share
UNION
SELECT register, indicator, ref_area, time_period
FROM c_given
WHERE observation_id IN (SELECT share_base FROM share);

UPDATE c_wide SET is_settled = FALSE
FROM c_share_block
WHERE
    c_wide.register = c_share_block.register AND c_wide.indicator = c_share_block.indicator
    AND c_wide.ref_area = c_share_block.ref_area AND c_wide.time_period = c_share_block.time_period;

INSERT INTO c_wide BY NAME
SELECT *, FALSE AS is_settled
FROM c_share_block
ANTI JOIN c_wide USING (register, indicator, ref_area, time_period);
