-- Which figures are not shown to others, decided once by the run that publishes; and slips as data, to be put into
-- words in any language.
CREATE TABLE withheld (
    observation_id VARCHAR NOT NULL,
    is_small BOOLEAN NOT NULL
);

COMMENT ON TABLE withheld IS
'One row per figure in force that is not to be shown to others: a small count of persons, or one that gives it away';
COMMENT ON COLUMN withheld.is_small IS
'Whether it is the small count itself, shown as fewer than a number';

ALTER TABLE explanation ADD COLUMN slips VARCHAR;
COMMENT ON COLUMN explanation.slips IS
'JSON: what may have happened, the likeliest first: kind, number, quantity, ratio, and the observations that fit it';
