-- Grain: one row per cell and breakdown of it that is not the total. The cell of the total has none.
CREATE OR REPLACE VIEW cell_code AS
SELECT
    cell,
    breakdown,
    code
FROM (UNPIVOT cell ON COLUMNS(* EXCLUDE (cell)) INTO NAME breakdown VALUE code)
WHERE code <> '_T';

COMMENT ON VIEW cell_code IS
'One row per cell and breakdown of it that is not the total';
COMMENT ON COLUMN cell_code.code IS
'Code of the breakdown; never the total';
