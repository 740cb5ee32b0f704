-- What a rule says of a sum that lies between `least` and `most`, where low <= sum <= high must hold. Stated here only.
-- Ends may be infinite but never NaN: whoever sums counts the infinite ends and does not add them.
CREATE OR REPLACE TEMP MACRO always(low, high, least, most) AS least >= low AND most <= high;

CREATE OR REPLACE TEMP MACRO never(low, high, least, most) AS least > high OR most < low;

CREATE OR REPLACE TEMP MACRO verdict_of(is_never, is_hardly, is_always) AS
CASE WHEN is_never THEN 'fails' WHEN is_hardly THEN 'doubtful' WHEN is_always THEN 'holds' ELSE 'open' END;

-- The ends of a sum from the sum of its finite terms and the number of its infinite ones.
CREATE OR REPLACE TEMP MACRO at_least(total, open_ends) AS if(open_ends > 0, '-infinity'::DOUBLE, total);

CREATE OR REPLACE TEMP MACRO at_most(total, open_ends) AS if(open_ends > 0, 'infinity'::DOUBLE, total);
