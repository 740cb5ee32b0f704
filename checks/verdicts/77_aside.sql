-- The verdicts by what the words entail of the relations whose verdicts by what is expected take their place.
INSERT INTO engine.certain_range BY NAME
SELECT *
FROM engine.range
SEMI JOIN engine.range_now USING (i)
ANTI JOIN engine.certain_range USING (i);
