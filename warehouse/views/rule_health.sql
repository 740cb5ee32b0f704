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
    coalesce(sum(restated), 0) AS restated,
    coalesce(sum(not_applicable), 0) AS not_applicable
FROM rule
LEFT JOIN verdict
    ON rule.rule = verdict.rule AND verdict.run = (SELECT max(last_verdict.run) FROM verdict AS last_verdict)
GROUP BY ALL
ORDER BY fails DESC, doubtful DESC, rule.rule ASC;

COMMENT ON VIEW rule_health IS
'How each rule fared in the last check';
