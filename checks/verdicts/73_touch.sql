-- What follows from pinned bounds: narrower expectations, and the instances to evaluate again.
UPDATE engine.quantity
SET likely_lower = greatest(likely_lower, lower), likely_upper = least(likely_upper, upper)
WHERE q IN (SELECT pin.q FROM engine.pin);

-- What readers expect may be what the rules exclude: then only what the words entail counts.
UPDATE engine.quantity
SET likely_lower = lower, likely_upper = upper
WHERE likely_lower > likely_upper;

TRUNCATE engine.now;

INSERT INTO engine.now BY NAME
SELECT DISTINCT i
FROM engine.loose
SEMI JOIN engine.pin USING (q)
WHERE i NOT IN (SELECT settled.i FROM engine.settled);

INSERT INTO engine.next BY NAME
SELECT i FROM engine.now;

INSERT INTO engine.touched BY NAME
SELECT i FROM engine.now;
