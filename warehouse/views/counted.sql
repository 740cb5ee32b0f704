-- Grain: one row per quantity that is counted (a register, indicator, area, period and breakdown).
-- Figures of one quantity meet; where they contradict each other their hull stands, and is_contradicted says so.
CREATE OR REPLACE VIEW counted AS
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
    CASE WHEN max(lower) > min(upper) THEN min(lower) ELSE max(lower) END AS lower,
    CASE WHEN max(lower) > min(upper) THEN max(upper) ELSE min(upper) END AS upper,
    max(lower) > min(upper) AS is_contradicted,
    count(*) AS figures,
    string_agg(DISTINCT source, ' ' ORDER BY source) AS sources,
    string_agg(DISTINCT says, ' | ' ORDER BY says) AS says
FROM observation
WHERE vintage_to IS NULL AND unit IN ('persons', 'count')
GROUP BY ALL;

COMMENT ON VIEW counted IS
'One row per quantity counted, with the interval that its figures leave';
COMMENT ON COLUMN counted.register IS
'Counting system; never sum over it';
COMMENT ON COLUMN counted.indicator IS
'What is counted';
COMMENT ON COLUMN counted.ref_area IS
'ISO 3166 area';
COMMENT ON COLUMN counted.time_period IS
'SDMX period or ISO interval';
COMMENT ON COLUMN counted.sex IS
'Code; _T is the total';
COMMENT ON COLUMN counted.age IS
'Code; _T is the total';
COMMENT ON COLUMN counted.citizenship IS
'Code; _T is the total';
COMMENT ON COLUMN counted.exploitation IS
'Code; _T is the total';
COMMENT ON COLUMN counted.means IS
'Code; _T is the total';
COMMENT ON COLUMN counted.lower IS
'Least that its figures leave';
COMMENT ON COLUMN counted.upper IS
'Most that its figures leave; may be infinite';
COMMENT ON COLUMN counted.is_contradicted IS
'Two of its figures contradict each other';
COMMENT ON COLUMN counted.figures IS
'How many figures state it';
COMMENT ON COLUMN counted.sources IS
'Their sources';
COMMENT ON COLUMN counted.says IS
'Their printed words';
