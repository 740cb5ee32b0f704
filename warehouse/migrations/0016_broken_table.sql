-- Tables broken as a whole: so much of them breaks a rule that only the widest relations are findings, and all are
-- counted.
CREATE TABLE broken_table (
    rule VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    tested BIGINT NOT NULL,
    fails BIGINT NOT NULL,
    doubtful BIGINT NOT NULL,
    shown INTEGER NOT NULL
);

COMMENT ON TABLE broken_table IS
'One row per rule and source whose figures break it as a whole: of what does not hold, only the widest are findings';
COMMENT ON COLUMN broken_table.source IS
'Source, or several where its relations join figures of more than one';
COMMENT ON COLUMN broken_table.tested IS
'How many relations of the rule were tested';
COMMENT ON COLUMN broken_table.fails IS
'How many of them fail';
COMMENT ON COLUMN broken_table.doubtful IS
'How many of them are doubtful';
COMMENT ON COLUMN broken_table.shown IS
'How many of those that fail or are doubtful are findings';
