-- Grain: one row per rule, counting the verdicts of the last check.
CREATE OR REPLACE VIEW rule_health AS
SELECT
    rule.rule,
    rule.sentence,
    rule.severity,
    coalesce(sum(holds), 0) AS holds,
    coalesce(sum(open), 0) AS open,
    coalesce(sum(doubtful), 0) AS doubtful,
    coalesce(sum(fails), 0) AS fails,
    coalesce(sum(not_applicable), 0) AS not_applicable
FROM rule
LEFT JOIN verdict
    ON rule.rule = verdict.rule AND verdict.run = (SELECT max(last_verdict.run) FROM verdict AS last_verdict)
GROUP BY ALL
ORDER BY fails DESC, doubtful DESC, rule.rule ASC;

COMMENT ON VIEW rule_health IS
'How each rule fared in the last check';
COMMENT ON COLUMN rule_health.rule IS
'Rule';
COMMENT ON COLUMN rule_health.sentence IS
'What must hold';
COMMENT ON COLUMN rule_health.severity IS
'error, warning or note';
COMMENT ON COLUMN rule_health.holds IS
'Groups in which it holds';
COMMENT ON COLUMN rule_health.open IS
'Groups in which it is undecided';
COMMENT ON COLUMN rule_health.doubtful IS
'Groups in which it is doubtful';
COMMENT ON COLUMN rule_health.fails IS
'Groups in which it fails';
COMMENT ON COLUMN rule_health.not_applicable IS
'Groups with nothing to compare';
