-- Grain: one row per quantity that the rules pin tighter than its own figures do.
CREATE OR REPLACE VIEW derived_bound AS
SELECT
    register,
    indicator,
    ref_area,
    time_period,
    sex,
    age,
    citizenship,
    exploitation,
    means,
    lower,
    upper,
    observed_lower,
    observed_upper,
    rules
FROM bound;

COMMENT ON VIEW derived_bound IS
'What the rules pin: one row per quantity';
COMMENT ON COLUMN derived_bound.register IS
'Counting system; never sum over it';
COMMENT ON COLUMN derived_bound.indicator IS
'What is counted';
COMMENT ON COLUMN derived_bound.ref_area IS
'ISO 3166 area';
COMMENT ON COLUMN derived_bound.time_period IS
'SDMX period or ISO interval';
COMMENT ON COLUMN derived_bound.sex IS
'Code; _T is the total';
COMMENT ON COLUMN derived_bound.age IS
'Code; _T is the total';
COMMENT ON COLUMN derived_bound.citizenship IS
'Code; _T is the total';
COMMENT ON COLUMN derived_bound.exploitation IS
'Code; _T is the total';
COMMENT ON COLUMN derived_bound.means IS
'Code; _T is the total';
COMMENT ON COLUMN derived_bound.lower IS
'Least that is possible together with all other figures';
COMMENT ON COLUMN derived_bound.upper IS
'Most that is possible';
COMMENT ON COLUMN derived_bound.observed_lower IS
'Least by its own figures; 0 if there are none';
COMMENT ON COLUMN derived_bound.observed_upper IS
'Most by its own figures; infinite if there are none';
COMMENT ON COLUMN derived_bound.rules IS
'The rules that pin it';
