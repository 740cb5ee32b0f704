-- What people decided about figures, and took back; and editions that no producer made.
CREATE TABLE decision (
    kind VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    made_by VARCHAR NOT NULL,
    made_at TIMESTAMP NOT NULL,
    run VARCHAR NOT NULL,
    undone_at TIMESTAMP,
    undone_by VARCHAR,
    undone_reason VARCHAR
);

COMMENT ON TABLE decision IS
'One row per waiver, correction, withdrawal and accepted edition, also of those that were taken back';
COMMENT ON COLUMN decision.kind IS
'waiver, correction, withdrawal or acceptance';
COMMENT ON COLUMN decision.subject IS
'The finding, the source and place, the source, or the source and the first digits of its snapshot';
COMMENT ON COLUMN decision.reason IS
'Why';
COMMENT ON COLUMN decision.made_by IS
'Who decided it; empty where a file does not say';
COMMENT ON COLUMN decision.made_at IS
'When, UTC: when it was typed, or the first run that found it in its file';
COMMENT ON COLUMN decision.run IS
'The first run in which it was in effect';
COMMENT ON COLUMN decision.undone_at IS
'When it was taken back, UTC, or the first run that no longer found it in its file; null while it stands';
COMMENT ON COLUMN decision.undone_by IS
'Who took it back; null while it stands, and where a file does not say';
COMMENT ON COLUMN decision.undone_reason IS
'Why it was taken back; null while it stands, and where a file does not say';

ALTER TABLE vintage ADD COLUMN by_decision VARCHAR;
COMMENT ON COLUMN vintage.by_decision IS
'Why it is no edition of its producer: withdrawn, renamed to another source, or restored; null for an edition';
