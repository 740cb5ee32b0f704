-- One step outward: the tables of figures that a relation joins to one that is looked at closely.
INSERT INTO c_close
SELECT DISTINCT block
FROM c_link_block
WHERE
    link IN (SELECT c_link_block.link FROM c_link_block SEMI JOIN c_close USING (block))
    AND block NOT IN (SELECT c_close.block FROM c_close);
