-- Grain: one row per relation of a broken table that is shown and figure in it, as wide and called as its place among
-- the widest goes by; without a finding where others tell it already.
SELECT
    judged.rule,
    judged.source,
    judged.verdict = 'fails' AS is_failing,
    judged.gap,
    broken_instance.name,
    finding.finding,
    figure.observation_id
FROM engine.judged() AS judged
INNER JOIN engine.broken_instance USING (i)
INNER JOIN (
    SELECT
        i,
        q
    FROM engine.term
    UNION ALL
    SELECT
        engine.instance('one value', quantity.q) AS i,
        quantity.q
    FROM engine.quantity
) AS term USING (i)
INNER JOIN engine.quantity USING (q)
LEFT JOIN engine.finding ON judged.i = finding.i
LEFT JOIN engine.figure() AS figure
    ON quantity.block = figure.block AND quantity.cell = figure.cell AND figure.kind IN ('count', 'amount')
WHERE broken_instance.is_shown;
