-- What shares say of each other already is not told once more of the counts that they give: the whole is not to blame.
UPDATE engine.range
SET verdict = 'open'
WHERE i IN (
    SELECT count.i
    FROM engine.finding AS count
    INNER JOIN engine.finding AS share
        ON
            count.rule = share.rule AND count.i <> share.i
            AND list_has_all(string_split(count.observations, ' '), string_split(share.observations, ' '))
    INNER JOIN engine.quantity AS count_quantity ON count.q = count_quantity.q
    INNER JOIN engine.block AS count_block ON count_quantity.block = count_block.block
    INNER JOIN engine.quantity AS share_quantity ON share.q = share_quantity.q
    INNER JOIN engine.block AS share_block ON share_quantity.block = share_block.block
    WHERE
        count_block.per = '' AND share_block.per <> ''
        AND count.verdict IN ('fails', 'doubtful') AND share.verdict IN ('fails', 'doubtful')
        AND (share.verdict = 'fails' OR count.verdict = 'doubtful')
);

DELETE FROM engine.finding
WHERE
    verdict IN ('fails', 'doubtful')
    AND i IN (
        SELECT range.i FROM engine.range
        WHERE range.verdict = 'open'
    );
