-- Grain: one row per rule and group of quantities that does not hold now.
CREATE OR REPLACE VIEW open_finding AS
SELECT
    finding,
    rule,
    verdict,
    status,
    severity,
    source,
    register,
    indicator,
    ref_area,
    time_period,
    sex,
    age,
    citizenship,
    exploitation,
    means,
    left_lower,
    left_upper,
    right_lower,
    right_upper,
    gap,
    words,
    sentence,
    sentence_es,
    explanation,
    explanation_es,
    is_waived,
    first_run,
    last_run
FROM finding
WHERE is_open
ORDER BY array_position(['fails', 'doubtful', 'open'], verdict), gap DESC, finding ASC;

COMMENT ON VIEW open_finding IS
'What does not add up now: one row per rule and group of quantities';
COMMENT ON COLUMN open_finding.finding IS
'Key of the finding: `cuadra explain KEY`';
COMMENT ON COLUMN open_finding.rule IS
'Rule';
COMMENT ON COLUMN open_finding.verdict IS
'fails: no reading makes it true; doubtful: not as a reader expects; open: undecided';
COMMENT ON COLUMN open_finding.status IS
'For open: consistent or incomplete';
COMMENT ON COLUMN open_finding.severity IS
'error, warning or note';
COMMENT ON COLUMN open_finding.source IS
'Sources of the figures';
COMMENT ON COLUMN open_finding.register IS
'Counting system; never sum over it';
COMMENT ON COLUMN open_finding.indicator IS
'What is counted';
COMMENT ON COLUMN open_finding.ref_area IS
'ISO 3166 area';
COMMENT ON COLUMN open_finding.time_period IS
'SDMX period or ISO interval';
COMMENT ON COLUMN open_finding.sex IS
'Code; _T is the total';
COMMENT ON COLUMN open_finding.age IS
'Code; _T is the total';
COMMENT ON COLUMN open_finding.citizenship IS
'Code; _T is the total';
COMMENT ON COLUMN open_finding.exploitation IS
'Code; _T is the total';
COMMENT ON COLUMN open_finding.means IS
'Code; _T is the total';
COMMENT ON COLUMN open_finding.left_lower IS
'Least of the parts';
COMMENT ON COLUMN open_finding.left_upper IS
'Most of the parts';
COMMENT ON COLUMN open_finding.right_lower IS
'Least of what they are held against';
COMMENT ON COLUMN open_finding.right_upper IS
'Most of what they are held against';
COMMENT ON COLUMN open_finding.gap IS
'By how much no reading fits';
COMMENT ON COLUMN open_finding.words IS
'JSON: the figures behind it, with their words and places';
COMMENT ON COLUMN open_finding.sentence IS
'What must hold';
COMMENT ON COLUMN open_finding.sentence_es IS
'What must hold, in Spanish';
COMMENT ON COLUMN open_finding.explanation IS
'Which figure is probably wrong; a hypothesis, never an edit';
COMMENT ON COLUMN open_finding.explanation_es IS
'The same in Spanish';
COMMENT ON COLUMN open_finding.is_waived IS
'Accepted until a date';
COMMENT ON COLUMN open_finding.first_run IS
'Run that saw it first';
COMMENT ON COLUMN open_finding.last_run IS
'Run that saw it last';
