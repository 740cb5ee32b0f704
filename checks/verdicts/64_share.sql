-- Shares: each has its own coefficients, and so its own roles.
INSERT INTO engine.role BY NAME
SELECT
    (SELECT max(role) + 1 FROM engine.role) + 2 * share + is_base::INTEGER AS role,
    'share' AS name,
    'share_of_whole' AS rule,
    CASE WHEN NOT is_base THEN 1 WHEN isinf(high) THEN 0 ELSE -high END AS coef_high,
    CASE WHEN is_base THEN -low ELSE 1 END AS coef_low,
    CASE WHEN NOT is_base THEN 1 WHEN isinf(likely_high) THEN 0 ELSE -likely_high END AS likely_coef_high,
    CASE WHEN is_base THEN -likely_low ELSE 1 END AS likely_coef_low,
    CASE WHEN share_base IS NULL THEN 0 ELSE low * base_lower END AS low,
    CASE WHEN isinf(high) THEN 'infinity'::DOUBLE WHEN share_base IS NULL THEN 0 ELSE high * base_upper END AS high,
    is_base AS is_subject,
    FALSE AS is_partition,
    0 AS breakdown,
    0 AS partition,
    0 AS parts,
    FALSE AS is_count,
    share
FROM engine.share
CROSS JOIN (SELECT unnest([FALSE, TRUE]) AS is_base);

INSERT INTO engine.term BY NAME
SELECT
    engine.instance('share', share) AS i,
    q,
    role
FROM (
    SELECT
        share,
        block,
        cell,
        FALSE AS is_subject
    FROM engine.share
    UNION ALL
    SELECT
        share,
        base_block AS block,
        base_cell AS cell,
        TRUE AS is_subject
    FROM engine.share
    WHERE share_base IS NULL
)
INNER JOIN engine.quantity USING (block, cell)
INNER JOIN engine.role USING (share, is_subject);
