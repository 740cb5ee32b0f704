-- Grain: one row per register, indicator, area, period and sex, beside the total it is part of.
CREATE OR REPLACE VIEW victims_by_sex AS
SELECT * RENAME (code AS sex) FROM victims_by('sex');

COMMENT ON VIEW victims_by_sex IS
'Victims by sex: one row per sex code';
COMMENT ON COLUMN victims_by_sex.sex IS
'F, M, O or _U';
