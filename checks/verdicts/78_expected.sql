-- What no reader would expect of all figures together is doubtful; then what the words entail is put back. `expected`
-- keeps which relations narrowed what is expected of a quantity.
UPDATE engine.certain_range
SET verdict = 'doubtful'
WHERE
    verdict NOT IN ('fails', 'doubtful')
    AND i IN (
        SELECT range.i FROM engine.range
        WHERE range.verdict = 'fails'
    );

DELETE FROM engine.range
WHERE i IN (SELECT certain_range.i FROM engine.certain_range);

INSERT INTO engine.range BY NAME
SELECT *
FROM engine.certain_range;

INSERT INTO engine.expected BY NAME
SELECT DISTINCT
    q,
    unnest([
        if(quantity.lower_by IS DISTINCT FROM certain_quantity.lower_by, quantity.lower_by, NULL),
        if(quantity.upper_by IS DISTINCT FROM certain_quantity.upper_by, quantity.upper_by, NULL)
    ]) AS i
FROM engine.quantity
INNER JOIN engine.certain_quantity USING (q);

DELETE FROM engine.expected
WHERE i IS NULL;

UPDATE engine.quantity
SET
    lower = certain_quantity.lower,
    upper = certain_quantity.upper,
    likely_lower = certain_quantity.likely_lower,
    likely_upper = certain_quantity.likely_upper,
    lower_by = certain_quantity.lower_by,
    upper_by = certain_quantity.upper_by
FROM engine.certain_quantity
WHERE quantity.q = certain_quantity.q;

UPDATE engine.role
SET
    coef_low = certain_role.coef_low,
    coef_high = certain_role.coef_high,
    low = certain_role.low,
    high = certain_role.high
FROM engine.certain_role
WHERE role.role = certain_role.role;
