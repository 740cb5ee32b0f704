-- One round of complementary suppression: in each sum of which exactly one member is not to be seen, and that one is
-- hidden, one more is hidden: the smallest part that is not zero, or else the whole. A part that stands alone beside
-- its whole gives nothing away. Counts below $below are small. Only sums with a member hidden since the last round can
-- have come to that.
INSERT INTO disclosure.more BY NAME
WITH member AS (
    SELECT
        i,
        q,
        is_subject,
        observed_lower,
        hidden.q IS NOT NULL AS is_hidden,
        is_stated AND hidden.q IS NULL AND (observed_lower <> 0 OR observed_upper <> $below - 1) AS is_seen
    FROM engine.term
    SEMI JOIN (
        SELECT i
        FROM engine.term
        SEMI JOIN disclosure.fresh USING (q)
    ) AS touched USING (i)
    INNER JOIN engine.role USING (role)
    INNER JOIN engine.quantity USING (q)
    LEFT JOIN disclosure.hidden USING (q)
    WHERE is_partition AND low = 0 AND high = 0
)

SELECT DISTINCT q
FROM (
    SELECT arg_min(q, (is_subject, observed_lower, q)) FILTER (is_seen AND (observed_lower > 0 OR is_subject)) AS q
    FROM member
    GROUP BY i
    HAVING count(*) FILTER (NOT is_seen) = 1 AND bool_or(is_hidden) AND count(*) FILTER (NOT is_subject) > 1
)
WHERE q IS NOT NULL;
