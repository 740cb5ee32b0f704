-- Tables of which a share relates something that is not printed as one exact figure are evaluated in full. Of the
-- others, what it relates is looked at.
UPDATE engine.wide
SET is_all = TRUE, is_settled = FALSE, odd = (SELECT bit_or(1::BIGINT << wide_cell.place) FROM engine.wide_cell)
FROM engine.share_cell
WHERE
    wide.register = share_cell.register AND wide.indicator = share_cell.indicator
    AND wide.ref_area = share_cell.ref_area AND wide.time_period = share_cell.time_period
    AND coalesce((wide.present | wide.odd) & (1::BIGINT << share_cell.place), 0) = 0;

INSERT INTO engine.wide BY NAME
SELECT DISTINCT
    share_cell.* EXCLUDE (place),
    0 AS present,
    (SELECT bit_or(1::BIGINT << wide_cell.place) FROM engine.wide_cell) AS odd,
    0 AS latent,
    TRUE AS is_all,
    FALSE AS is_settled
FROM engine.share_cell
ANTI JOIN engine.wide USING (register, indicator, ref_area, time_period);

INSERT INTO engine.needed BY NAME
SELECT
    wide.rowid AS wide,
    bit_or(1::BIGINT << place) AS cells
FROM engine.share_cell
INNER JOIN engine.wide USING (register, indicator, ref_area, time_period)
WHERE NOT is_all
GROUP BY wide.rowid;
