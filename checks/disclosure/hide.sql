-- One round of complementary suppression: in each sum of which exactly one member is not to be seen, and that one is
-- hidden, one more is hidden: the smallest part that is not nought, or else the whole. A part that stands alone beside
-- its whole gives nothing away. Grain of c_more: one row a quantity to hide. c_hidden holds those hidden so far.
CREATE OR REPLACE TEMP TABLE c_more AS
WITH member AS (
    SELECT
        i,
        q,
        is_subject,
        observed_lower,
        c_hidden.q IS NOT NULL AS is_hidden,
        is_stated AND c_hidden.q IS NULL AND (observed_lower <> 0 OR observed_upper <> getvariable('small') - 1) AS is_seen
    FROM c_term
    INNER JOIN c_role USING (role)
    INNER JOIN c_quantity USING (q)
    LEFT JOIN c_hidden USING (q)
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
