-- Grain: one row per register, indicator, area, period and citizenship, beside the total it is part of.
CREATE OR REPLACE VIEW victims_by_citizenship AS
SELECT * RENAME (code AS citizenship) FROM victims_by('citizenship');

COMMENT ON VIEW victims_by_citizenship IS
'Victims by citizenship: one row per code; countries are part of FOREIGN';
COMMENT ON COLUMN victims_by_citizenship.citizenship IS
'ISO 3166-1 alpha-3, NATIONAL, FOREIGN or _U; countries are part of FOREIGN';
