-- Groups of relations of which nobody knows whether all can be true together, so that nothing untested is called sound.
ALTER TABLE figure_tally ADD COLUMN not_decided INTEGER;
ALTER TABLE verdict ADD COLUMN not_decided BIGINT;

COMMENT ON COLUMN figure_tally.not_decided IS
'1 where its group is too large or too hard to say whether all of it can be true together, each relation apart; else 0';
COMMENT ON COLUMN verdict.not_decided IS
'Groups that are too large or too hard to say whether all of each can be true together; null before 25 November 2026';
