-- What fails or is doubtful by itself in the groups of these findings, so that it is set aside where a group is asked
-- what else contradicts. Grain: one row per finding.
SELECT
    finding_component.component,
    finding.verdict,
    finding.i,
    if(finding.rule = 'one_value', finding.quantities[1], NULL) AS q,
    share.observation_id AS share
FROM engine.finding
INNER JOIN engine.finding_component ON finding.i = finding_component.i
LEFT JOIN engine.share ON finding.i = engine.instance('share', share.share)
WHERE
    finding.rule <> 'together' AND finding.verdict IN ('fails', 'doubtful')
    AND finding_component.component IN (
        SELECT together.component
        FROM engine.finding_component AS together
        INNER JOIN engine.finding AS conflict ON together.i = conflict.i
        WHERE conflict.rule = 'together'
    )
ORDER BY finding.i;
