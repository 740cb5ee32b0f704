-- Grain: one row per rule and group of quantities that does not hold now.
CREATE OR REPLACE VIEW open_finding AS
SELECT
    finding.finding,
    finding.rule,
    finding.verdict,
    finding.status,
    finding.severity,
    finding.source,
    block.register,
    block.indicator,
    block.ref_area,
    block.time_period,
    cell.* EXCLUDE (cell),
    finding.left_lower,
    finding.left_upper,
    finding.right_lower,
    finding.right_upper,
    finding.gap,
    finding.per,
    finding.words,
    finding.sentence,
    finding.sentence_es,
    finding.explanation,
    finding.explanation_es,
    finding.is_waived,
    finding.first_run,
    finding.last_run
FROM finding
LEFT JOIN block USING (block)
LEFT JOIN cell USING (cell)
WHERE finding.is_open
ORDER BY
    array_position(['fails', 'doubtful', 'restated', 'open'], finding.verdict), finding.gap DESC, finding.finding ASC;

COMMENT ON VIEW open_finding IS
'What does not add up now: one row per rule and group of quantities';
COMMENT ON COLUMN open_finding.sentence IS
'What must hold';
COMMENT ON COLUMN open_finding.sentence_es IS
'What must hold, in Spanish';
