-- The working tables of one export. They live in `disclosure`, a database in memory. Two more are made from the topic
-- and the caller's figures (suppress.py): a column a code in `quantity`, and the macro `figure`.

CREATE TABLE disclosure.quantity (q BIGINT);
COMMENT ON TABLE disclosure.quantity IS 'The quantities of the figures, with their codes. One row per quantity.';
COMMENT ON COLUMN disclosure.quantity.q IS 'Its number in a confrontation of all figures.';

CREATE TABLE disclosure.printed (observation_id VARCHAR, q BIGINT, is_small BOOLEAN);
COMMENT ON TABLE disclosure.printed IS 'What each figure is of. One row per figure.';
COMMENT ON COLUMN disclosure.printed.observation_id IS 'The figure.';
COMMENT ON COLUMN disclosure.printed.q IS 'Its quantity.';
COMMENT ON COLUMN disclosure.printed.is_small IS 'Whether it is a small count.';

CREATE TABLE disclosure.hidden (q BIGINT);
COMMENT ON TABLE disclosure.hidden IS 'Quantities hidden so far. One row per quantity.';
COMMENT ON COLUMN disclosure.hidden.q IS 'The quantity.';

CREATE TABLE disclosure.fresh (q BIGINT);
COMMENT ON TABLE disclosure.fresh IS 'Quantities hidden since the last round. A row or more a quantity.';
COMMENT ON COLUMN disclosure.fresh.q IS 'The quantity.';

CREATE TABLE disclosure.more (q BIGINT);
COMMENT ON TABLE disclosure.more IS 'Quantities that one round hides beside those hidden so far. One row per quantity.';
COMMENT ON COLUMN disclosure.more.q IS 'The quantity.';

CREATE TABLE disclosure.around (q BIGINT);
COMMENT ON TABLE disclosure.around IS 'What is hidden around a small count given away. A row or more a quantity.';
COMMENT ON COLUMN disclosure.around.q IS 'The quantity.';

CREATE TABLE disclosure.withheld (observation_id VARCHAR, is_small BOOLEAN);
COMMENT ON TABLE disclosure.withheld IS 'Figures of hidden quantities. One row per figure.';
COMMENT ON COLUMN disclosure.withheld.observation_id IS 'The figure.';
COMMENT ON COLUMN disclosure.withheld.is_small IS 'Whether it is a small count.';
