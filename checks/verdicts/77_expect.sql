-- What a reader expects is decided together like what the words entail: the bounds are propagated once more, from the
-- likely intervals and the likely factors of shares. What the words entail is set aside meanwhile.
INSERT INTO engine.certain_quantity BY NAME
SELECT
    q,
    lower,
    upper,
    likely_lower,
    likely_upper,
    lower_by,
    upper_by
FROM engine.quantity
WHERE lower < upper OR likely_lower > likely_upper OR q IN (SELECT hedged.q FROM engine.hedged);

INSERT INTO engine.certain_role BY NAME
SELECT
    role,
    coef_low,
    coef_high,
    low,
    high
FROM engine.role
WHERE share IS NOT NULL;

UPDATE engine.quantity
SET lower = hedged.lower, upper = hedged.upper, likely_lower = hedged.lower, likely_upper = hedged.upper
FROM engine.hedged
WHERE quantity.q = hedged.q;

UPDATE engine.role
SET
    coef_low = likely_coef_low,
    coef_high = likely_coef_high,
    low = if(share_base IS NULL, 0, share.likely_low * likely_base_lower),
    high = CASE
        WHEN isinf(share.likely_high) THEN 'infinity'::DOUBLE
        WHEN share_base IS NULL THEN 0
        ELSE share.likely_high * likely_base_upper
    END
FROM engine.share
WHERE role.share = share.share;

-- The relations that this concerns, but for those that are decided.
TRUNCATE engine.now;

INSERT INTO engine.now BY NAME
SELECT DISTINCT i
FROM engine.loose
INNER JOIN engine.role USING (role)
WHERE
    (q IN (SELECT hedged.q FROM engine.hedged) OR share IS NOT NULL)
    AND i IN (
        SELECT range.i FROM engine.range
        WHERE verdict NOT IN ('fails', 'doubtful')
    )
    AND i NOT IN (SELECT settled.i FROM engine.settled);

TRUNCATE engine.touched;

INSERT INTO engine.touched BY NAME
SELECT i FROM engine.now;
