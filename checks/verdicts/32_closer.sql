-- One step outward: the blocks that a relation joins to one that is looked at closely.
INSERT INTO engine.close BY NAME
SELECT DISTINCT block
FROM engine.link_block
WHERE
    link IN (SELECT link_block.link FROM engine.link_block SEMI JOIN engine.close USING (block))
    AND block NOT IN (SELECT close.block FROM engine.close);
