-- The working tables of one confrontation. They live in `engine`, a database in memory beside the caller's, and are
-- made anew for each confrontation. What spells breakdowns out is made from the topic (engine.py): a column a breakdown
-- in `cell` and `wide_cell`, and the macros given, observation, figure, printed, base, share_figure and named. The
-- screen makes a column a cell in `wide`, and `looked_at` with the columns of the figures; `relative` has those that
-- are shares or rates, and `placed` those that add up with the numbers of their block and cell.

CREATE TABLE engine.opened (token VARCHAR);
COMMENT ON TABLE engine.opened IS 'Which confrontation these tables belong to. One row.';
COMMENT ON COLUMN engine.opened.token IS 'Made up anew each time the tables are made.';

-- What the topic and the rules say.

CREATE TABLE engine.kept (rule VARCHAR, is_plausible BOOLEAN);
COMMENT ON TABLE engine.kept IS 'The rules to evaluate. One row per rule.';
COMMENT ON COLUMN engine.kept.rule IS 'Name of the rule.';
COMMENT ON COLUMN engine.kept.is_plausible
IS 'Whether it only says what is usual: then it is doubtful at most, and nothing follows from it.';

CREATE TABLE engine.unit (unit VARCHAR, kind VARCHAR, scale DOUBLE, shift DOUBLE, is_signed BOOLEAN);
COMMENT ON TABLE engine.unit IS 'The units of the topic. One row per unit.';
COMMENT ON COLUMN engine.unit.unit IS 'Code of the unit.';
COMMENT ON COLUMN engine.unit.kind
IS 'count and amount add up; share is a part of a whole; rate adds only by its denominator.';
COMMENT ON COLUMN engine.unit.scale
IS 'What a share or a rate is divided by to be a factor; null where that is not known.';
COMMENT ON COLUMN engine.unit.shift IS 'What is then added: growth of 25 percent is a factor of 1.25.';
COMMENT ON COLUMN engine.unit.is_signed IS 'Whether figures of this unit may be below zero.';

CREATE TABLE engine.indicator (
    indicator VARCHAR, over_time VARCHAR, over_areas VARCHAR, is_whole BOOLEAN, is_signed BOOLEAN
);
COMMENT ON TABLE engine.indicator IS 'The indicators of the topic. One row per indicator.';
COMMENT ON COLUMN engine.indicator.indicator IS 'Code of the indicator.';
COMMENT ON COLUMN engine.indicator.over_time
IS 'Whether its periods make a longer one (sum), at most make it (at_most), or neither.';
COMMENT ON COLUMN engine.indicator.over_areas IS 'The same of areas.';
COMMENT ON COLUMN engine.indicator.is_whole IS 'Whether it counts in whole numbers: its unit is no amount.';
COMMENT ON COLUMN engine.indicator.is_signed IS 'Whether its unit may be below zero.';

CREATE TABLE engine.scope (scope INTEGER, registers VARCHAR[], sources VARCHAR[], other_than VARCHAR[]);
COMMENT ON TABLE engine.scope
IS 'Scopes of partitions that do not hold everywhere. One row per scope; scope 0 is everything, and has none.';
COMMENT ON COLUMN engine.scope.scope IS 'Number of the scope, from 1.';
COMMENT ON COLUMN engine.scope.registers IS 'Registers that it is limited to; empty where it is not.';
COMMENT ON COLUMN engine.scope.sources IS 'Sources that it is limited to; empty where it is not.';
COMMENT ON COLUMN engine.scope.other_than IS 'Registers that it leaves out.';

-- Editions: what a later one of a series restates.

CREATE TABLE engine.restated (
    observation_id VARCHAR,
    series VARCHAR,
    register VARCHAR,
    indicator VARCHAR,
    ref_area VARCHAR,
    time_period VARCHAR,
    earlier VARCHAR[],
    earlier_lower DOUBLE,
    earlier_upper DOUBLE,
    later_lower DOUBLE,
    later_upper DOUBLE,
    observations VARCHAR[],
    sources VARCHAR[]
);
COMMENT ON TABLE engine.restated
IS 'What a later edition of a series says otherwise. One row per series, quantity and whole.';
COMMENT ON COLUMN engine.restated.observation_id IS 'A figure of the latest edition that states it.';
COMMENT ON COLUMN engine.restated.series IS 'The series.';
COMMENT ON COLUMN engine.restated.register IS 'Code of the register.';
COMMENT ON COLUMN engine.restated.indicator IS 'Code of the indicator.';
COMMENT ON COLUMN engine.restated.ref_area IS 'Code of the area.';
COMMENT ON COLUMN engine.restated.time_period IS 'The period.';
COMMENT ON COLUMN engine.restated.earlier IS 'When the editions that it excludes were published.';
COMMENT ON COLUMN engine.restated.earlier_lower IS 'The least that the last of these entails.';
COMMENT ON COLUMN engine.restated.earlier_upper IS 'The most that it entails.';
COMMENT ON COLUMN engine.restated.later_lower IS 'The least that the latest edition entails.';
COMMENT ON COLUMN engine.restated.later_upper IS 'The most that it entails.';
COMMENT ON COLUMN engine.restated.observations IS 'The figures of both.';
COMMENT ON COLUMN engine.restated.sources IS 'Their sources.';

CREATE TABLE engine.superseded (observation_id VARCHAR);
COMMENT ON TABLE engine.superseded IS 'Figures of earlier editions that no longer count. One row per figure.';
COMMENT ON COLUMN engine.superseded.observation_id IS 'The figure.';

-- Quantities: a block and a cell each.

CREATE TABLE engine.block (
    block BIGINT,
    register VARCHAR,
    indicator VARCHAR,
    ref_area VARCHAR,
    time_period VARCHAR,
    per VARCHAR,
    over_time VARCHAR,
    over_areas VARCHAR,
    is_whole BOOLEAN,
    is_signed BOOLEAN,
    wide BIGINT,
    is_all BOOLEAN,
    is_uniform BOOLEAN
);
COMMENT ON TABLE engine.block IS 'What a table of figures is about. One row per block that a figure or a share names.';
COMMENT ON COLUMN engine.block.block IS 'Number of the block, in the order of its columns, counts first.';
COMMENT ON COLUMN engine.block.register IS 'Code of the register.';
COMMENT ON COLUMN engine.block.indicator IS 'Code of the indicator.';
COMMENT ON COLUMN engine.block.ref_area IS 'Code of the area.';
COMMENT ON COLUMN engine.block.time_period IS 'The period as SDMX writes it.';
COMMENT ON COLUMN engine.block.per
IS 'What its quantities are shares or rates of: the unit, and the key of the whole; empty for counts and amounts.';
COMMENT ON COLUMN engine.block.over_time IS 'As the indicator; none for an unknown one.';
COMMENT ON COLUMN engine.block.over_areas IS 'As the indicator; none for an unknown one.';
COMMENT ON COLUMN engine.block.is_whole
IS 'Whether its quantities are whole numbers: neither its indicator nor a figure of it is an amount.';
COMMENT ON COLUMN engine.block.is_signed IS 'Whether its quantities may be below zero.';
COMMENT ON COLUMN engine.block.wide IS 'Its row of `wide`; null where nothing was screened, and of shares and rates.';
COMMENT ON COLUMN engine.block.is_all IS 'Whether all of its relations are evaluated, not only those named as active.';
COMMENT ON COLUMN engine.block.is_uniform IS 'Whether what it says over time was related by the screen.';

CREATE TABLE engine.cell (cell INTEGER, member INTEGER);
COMMENT ON TABLE engine.cell
IS 'Codes of the breakdowns, a column each. One row per cell that a figure or share names, or that is above one.';
COMMENT ON COLUMN engine.cell.cell IS 'Number of the cell: those named first, in the order of their codes.';
COMMENT ON COLUMN engine.cell.member
IS 'Which of several members under one label, the largest first, from 0; -1 for those that are not printed.';

CREATE TABLE engine.unnamed (observation_id VARCHAR, member INTEGER);
COMMENT ON TABLE engine.unnamed
IS 'Figures of further members under a label that stands for several. One row per figure.';
COMMENT ON COLUMN engine.unnamed.observation_id IS 'The figure.';
COMMENT ON COLUMN engine.unnamed.member IS 'As in cell, from 1.';

CREATE TABLE engine.unnamed_cell (cell INTEGER, base INTEGER, breakdown VARCHAR);
COMMENT ON TABLE engine.unnamed_cell IS 'Cells of further members. One row per cell.';
COMMENT ON COLUMN engine.unnamed_cell.cell IS 'The cell.';
COMMENT ON COLUMN engine.unnamed_cell.base IS 'The cell of the first member, which code lists relate.';
COMMENT ON COLUMN engine.unnamed_cell.breakdown IS 'The breakdown of which several members have one label.';

CREATE TABLE engine.each_rule (rule VARCHAR, breakdown VARCHAR);
COMMENT ON TABLE engine.each_rule IS 'Rules by which each part by itself is at most its whole. One row per rule.';
COMMENT ON COLUMN engine.each_rule.rule IS 'Name of the rule.';
COMMENT ON COLUMN engine.each_rule.breakdown IS 'The breakdown that it is about.';

CREATE TABLE engine.ancestor (cell INTEGER, ancestor INTEGER);
COMMENT ON TABLE engine.ancestor IS 'Which cells a cell is part of, by one breakdown or several. One row per pair.';
COMMENT ON COLUMN engine.ancestor.cell IS 'The part.';
COMMENT ON COLUMN engine.ancestor.ancestor IS 'What it is part of.';

CREATE TABLE engine.complete (complete VARCHAR, breakdowns BIGINT);
COMMENT ON TABLE engine.complete IS 'What figures declare complete. One row per text of the column `complete`.';
COMMENT ON COLUMN engine.complete.complete
IS 'The text: names of breakdowns (age), and of partitions of them (age.band).';
COMMENT ON COLUMN engine.complete.breakdowns IS 'The same as a bit a name, in the order of all names declared.';

CREATE TABLE engine.share (
    share INTEGER,
    observation_id VARCHAR,
    source VARCHAR,
    block BIGINT,
    cell INTEGER,
    base_block BIGINT,
    base_cell INTEGER,
    share_base VARCHAR,
    complete BIGINT,
    base_lower DOUBLE,
    base_upper DOUBLE,
    likely_base_lower DOUBLE,
    likely_base_upper DOUBLE,
    low DOUBLE,
    high DOUBLE,
    likely_low DOUBLE,
    likely_high DOUBLE
);
COMMENT ON TABLE engine.share IS 'Shares: part = factor * base. One row per figure that is a share.';
COMMENT ON COLUMN engine.share.share IS 'Number of the share, in the order of observation_id.';
COMMENT ON COLUMN engine.share.observation_id IS 'The figure.';
COMMENT ON COLUMN engine.share.source IS 'The source of the figure.';
COMMENT ON COLUMN engine.share.block IS 'Block of the part.';
COMMENT ON COLUMN engine.share.cell IS 'Cell of the part.';
COMMENT ON COLUMN engine.share.base_block IS 'Block of the base.';
COMMENT ON COLUMN engine.share.base_cell IS 'Cell of the base.';
COMMENT ON COLUMN engine.share.share_base
IS 'The printed figure that it is stated of; null where it is of the quantity.';
COMMENT ON COLUMN engine.share.complete IS 'What it declares complete, a bit a name.';
COMMENT ON COLUMN engine.share.base_lower IS 'The least that this printed figure entails.';
COMMENT ON COLUMN engine.share.base_upper IS 'The most that it entails.';
COMMENT ON COLUMN engine.share.likely_base_lower IS 'The least of it that a reader expects.';
COMMENT ON COLUMN engine.share.likely_base_upper IS 'The most of it that a reader expects.';
COMMENT ON COLUMN engine.share.low IS 'The least factor that the words entail.';
COMMENT ON COLUMN engine.share.high IS 'The greatest factor that they entail.';
COMMENT ON COLUMN engine.share.likely_low IS 'The least factor that a reader expects.';
COMMENT ON COLUMN engine.share.likely_high IS 'The greatest factor that a reader expects.';

CREATE TABLE engine.repeated (
    block BIGINT,
    cell INTEGER,
    source VARCHAR,
    lower DOUBLE,
    upper DOUBLE,
    least_high DOUBLE,
    most_low DOUBLE
);
COMMENT ON TABLE engine.repeated
IS 'Unlike figures of one quantity that are no contradiction, since a column may be missing. One row per quantity.';
COMMENT ON COLUMN engine.repeated.block IS 'Block of the quantity.';
COMMENT ON COLUMN engine.repeated.cell IS 'Cell of the quantity.';
COMMENT ON COLUMN engine.repeated.source
IS 'The source whose rows they are; null for members under one label, of any source.';
COMMENT ON COLUMN engine.repeated.lower IS 'The least that one of them entails.';
COMMENT ON COLUMN engine.repeated.upper IS 'The most that one of them entails.';
COMMENT ON COLUMN engine.repeated.least_high IS 'The least upper bound.';
COMMENT ON COLUMN engine.repeated.most_low IS 'The greatest lower bound.';

CREATE TABLE engine.stated (
    block BIGINT,
    cell INTEGER,
    most_low DOUBLE,
    least_high DOUBLE,
    least_low DOUBLE,
    most_high DOUBLE,
    likely_most_low DOUBLE,
    likely_least_high DOUBLE,
    observations INTEGER,
    relaxes BOOLEAN,
    breaks BOOLEAN,
    complete BIGINT,
    source_first VARCHAR,
    source_last VARCHAR,
    is_repeated BOOLEAN,
    row_lower DOUBLE,
    row_upper DOUBLE,
    row_least_high DOUBLE,
    row_most_low DOUBLE
);
COMMENT ON TABLE engine.stated
IS 'What the figures say of each quantity together. One row per quantity with a figure that adds up.';
COMMENT ON COLUMN engine.stated.block IS 'Block of the quantity.';
COMMENT ON COLUMN engine.stated.cell IS 'Cell of the quantity.';
COMMENT ON COLUMN engine.stated.most_low IS 'The greatest lower bound of a figure.';
COMMENT ON COLUMN engine.stated.least_high
IS 'The least upper bound of a figure; below most_low where figures contradict each other.';
COMMENT ON COLUMN engine.stated.least_low IS 'The least lower bound of a figure.';
COMMENT ON COLUMN engine.stated.most_high IS 'The greatest upper bound of a figure.';
COMMENT ON COLUMN engine.stated.likely_most_low IS 'The greatest likely lower bound.';
COMMENT ON COLUMN engine.stated.likely_least_high IS 'The least likely upper bound.';
COMMENT ON COLUMN engine.stated.observations IS 'How many figures there are.';
COMMENT ON COLUMN engine.stated.relaxes IS 'Whether one is of another definition: it then only bounds its total.';
COMMENT ON COLUMN engine.stated.breaks IS 'Whether one stands at a break of its series.';
COMMENT ON COLUMN engine.stated.complete IS 'What is declared complete, a bit a name.';
COMMENT ON COLUMN engine.stated.source_first IS 'The first of the sources by name.';
COMMENT ON COLUMN engine.stated.source_last IS 'The last of the sources by name.';
COMMENT ON COLUMN engine.stated.is_repeated IS 'Whether there are such figures as in repeated.';
COMMENT ON COLUMN engine.stated.row_lower IS 'lower of these.';
COMMENT ON COLUMN engine.stated.row_upper IS 'upper of these.';
COMMENT ON COLUMN engine.stated.row_least_high IS 'least_high of these.';
COMMENT ON COLUMN engine.stated.row_most_low IS 'most_low of these.';

CREATE TABLE engine.quantity (
    q BIGINT,
    block BIGINT,
    cell INTEGER,
    lower DOUBLE,
    upper DOUBLE,
    likely_lower DOUBLE,
    likely_upper DOUBLE,
    is_stated BOOLEAN,
    is_extra BOOLEAN,
    is_whole BOOLEAN,
    is_signed BOOLEAN,
    relaxes BOOLEAN,
    breaks BOOLEAN,
    complete BIGINT,
    source_first VARCHAR,
    source_last VARCHAR,
    lower_by BIGINT,
    upper_by BIGINT,
    observed_lower DOUBLE,
    observed_upper DOUBLE
);
COMMENT ON TABLE engine.quantity
IS 'Quantities, stated or latent (any number), with what is known of them so far. One row per quantity.';
COMMENT ON COLUMN engine.quantity.q IS 'Number of the quantity, in the order of block and cell.';
COMMENT ON COLUMN engine.quantity.block IS 'Its block.';
COMMENT ON COLUMN engine.quantity.cell IS 'Its cell.';
COMMENT ON COLUMN engine.quantity.lower IS 'The least that it can be, by the words and, later, by the rules.';
COMMENT ON COLUMN engine.quantity.upper IS 'The most that it can be.';
COMMENT ON COLUMN engine.quantity.likely_lower IS 'The least that a reader expects.';
COMMENT ON COLUMN engine.quantity.likely_upper IS 'The most that a reader expects.';
COMMENT ON COLUMN engine.quantity.is_stated IS 'Whether a figure states it.';
COMMENT ON COLUMN engine.quantity.is_extra IS 'Whether it is a further member under one label.';
COMMENT ON COLUMN engine.quantity.is_whole IS 'Whether it is a whole number.';
COMMENT ON COLUMN engine.quantity.is_signed IS 'Whether it may be below zero.';
COMMENT ON COLUMN engine.quantity.relaxes IS 'As in stated.';
COMMENT ON COLUMN engine.quantity.breaks IS 'As in stated.';
COMMENT ON COLUMN engine.quantity.complete IS 'As in stated; null for a latent one.';
COMMENT ON COLUMN engine.quantity.source_first IS 'As in stated; null for a latent one.';
COMMENT ON COLUMN engine.quantity.source_last IS 'As in stated; null for a latent one.';
COMMENT ON COLUMN engine.quantity.lower_by IS 'Instance that pinned lower; null where the words did.';
COMMENT ON COLUMN engine.quantity.upper_by IS 'Instance that pinned upper; null where the words did.';
COMMENT ON COLUMN engine.quantity.observed_lower IS 'lower before any rule.';
COMMENT ON COLUMN engine.quantity.observed_upper IS 'upper before any rule.';

-- Rules grounded in the quantities: instances, made of terms.

CREATE TABLE engine.timeline (
    pattern INTEGER,
    register VARCHAR,
    indicator VARCHAR,
    ref_area VARCHAR,
    per VARCHAR,
    cell INTEGER,
    over_time VARCHAR,
    periods VARCHAR[],
    is_uniform BOOLEAN
);
COMMENT ON TABLE engine.timeline
IS 'Periods of what is the same but for them, where there are several kinds. One row per list of periods.';
COMMENT ON COLUMN engine.timeline.pattern IS 'Number of the list.';
COMMENT ON COLUMN engine.timeline.register IS 'Code of the register.';
COMMENT ON COLUMN engine.timeline.indicator IS 'Code of the indicator.';
COMMENT ON COLUMN engine.timeline.ref_area IS 'Code of the area.';
COMMENT ON COLUMN engine.timeline.per IS 'As the block; null for blocks of `wide`.';
COMMENT ON COLUMN engine.timeline.cell IS 'The cell; null for all cells of blocks of `wide`.';
COMMENT ON COLUMN engine.timeline.over_time IS 'As the indicator.';
COMMENT ON COLUMN engine.timeline.periods IS 'The periods, in the order of their texts.';
COMMENT ON COLUMN engine.timeline.is_uniform
IS 'Whether all blocks of one kind of period state the same cells, and none is an interval.';

CREATE TABLE engine.tiling (
    pattern INTEGER,
    over_time VARCHAR,
    number INTEGER,
    rule VARCHAR,
    whole VARCHAR,
    parts VARCHAR[],
    kinds VARCHAR
);
COMMENT ON TABLE engine.tiling
IS 'Which periods of a list make, or lie within, another. One row per list, way to add, and relation.';
COMMENT ON COLUMN engine.tiling.pattern IS 'Number of the list.';
COMMENT ON COLUMN engine.tiling.over_time IS 'How the indicator adds over time.';
COMMENT ON COLUMN engine.tiling.number IS 'Number of the relation.';
COMMENT ON COLUMN engine.tiling.rule IS 'Its rule; with ", rest" where some parts of a year are missing.';
COMMENT ON COLUMN engine.tiling.whole IS 'The longer period.';
COMMENT ON COLUMN engine.tiling.parts IS 'The periods within it.';
COMMENT ON COLUMN engine.tiling.kinds IS 'Their kinds: A, S, Q, M, and / for any other, a letter each.';

CREATE TABLE engine.period_relation (rule VARCHAR, kinds VARCHAR, whole_q BIGINT, parts BIGINT[]);
COMMENT ON TABLE engine.period_relation IS 'Relations between periods that are not numbered yet. One row per relation.';
COMMENT ON COLUMN engine.period_relation.rule IS 'As of period_instance; so are the others.';
COMMENT ON COLUMN engine.period_relation.kinds IS 'The kinds of its periods.';
COMMENT ON COLUMN engine.period_relation.whole_q IS 'The quantity of the longer period.';
COMMENT ON COLUMN engine.period_relation.parts IS 'The quantities of the shorter ones.';

CREATE TABLE engine.period_instance (i BIGINT, rule VARCHAR, kinds VARCHAR, whole_q BIGINT, parts BIGINT[]);
COMMENT ON TABLE engine.period_instance IS 'Instances of the rules between periods. One row per instance.';
COMMENT ON COLUMN engine.period_instance.i IS 'The instance.';
COMMENT ON COLUMN engine.period_instance.rule IS 'As in tiling.';
COMMENT ON COLUMN engine.period_instance.kinds IS 'As in tiling.';
COMMENT ON COLUMN engine.period_instance.whole_q IS 'The quantity of the longer period.';
COMMENT ON COLUMN engine.period_instance.parts IS 'The quantities of the others.';

CREATE TABLE engine.region (
    part VARCHAR, whole VARCHAR, partition VARCHAR, parts INTEGER, scope INTEGER, is_each BOOLEAN
);
COMMENT ON TABLE engine.region IS 'Areas that are parts of another. One row per part and partition.';
COMMENT ON COLUMN engine.region.part IS 'The part.';
COMMENT ON COLUMN engine.region.whole IS 'The area it is part of.';
COMMENT ON COLUMN engine.region.partition IS 'Parts of one partition are added.';
COMMENT ON COLUMN engine.region.parts
IS 'How many parts make the whole; more than there can be where some are never listed.';
COMMENT ON COLUMN engine.region.scope IS 'Where the partition holds; 0 is everywhere.';
COMMENT ON COLUMN engine.region.is_each IS 'Whether parts overlap, so that each by itself is at most the whole.';

CREATE TABLE engine.role (
    role INTEGER,
    name VARCHAR,
    rule VARCHAR,
    coef_low DOUBLE,
    coef_high DOUBLE,
    likely_coef_low DOUBLE,
    likely_coef_high DOUBLE,
    low DOUBLE,
    high DOUBLE,
    is_subject BOOLEAN,
    is_partition BOOLEAN,
    breakdown BIGINT,
    partition BIGINT,
    parts INTEGER,
    is_count BOOLEAN,
    share INTEGER
);
COMMENT ON TABLE engine.role
IS 'How a quantity stands in a relation: low <= sum(coef_low * x), sum(coef_high * x) <= high. One row per role.';
COMMENT ON COLUMN engine.role.role IS 'Number of the role.';
COMMENT ON COLUMN engine.role.name IS 'part and whole, left and right, share; for areas and periods with the rule.';
COMMENT ON COLUMN engine.role.rule IS 'The rule.';
COMMENT ON COLUMN engine.role.coef_low IS 'Coefficient on the side that low bounds.';
COMMENT ON COLUMN engine.role.coef_high IS 'Coefficient on the side that high bounds; only a share has two.';
COMMENT ON COLUMN engine.role.likely_coef_low IS 'The same of what a reader expects.';
COMMENT ON COLUMN engine.role.likely_coef_high IS 'The same of what a reader expects.';
COMMENT ON COLUMN engine.role.low IS 'Least of the sum, the same in all roles of a relation.';
COMMENT ON COLUMN engine.role.high IS 'Greatest of the sum, the same in all roles of a relation.';
COMMENT ON COLUMN engine.role.is_subject
IS 'Whether it is what the others are held against: the whole, the base, the right side.';
COMMENT ON COLUMN engine.role.is_partition IS 'Whether the relation is of parts and their whole.';
COMMENT ON COLUMN engine.role.breakdown
IS 'Bit of the breakdown whose declared completeness counts, where its total is the whole; 0 for none.';
COMMENT ON COLUMN engine.role.partition IS 'Bit of its one partition that makes this relation; 0 for none.';
COMMENT ON COLUMN engine.role.parts IS 'How many parts there are in all: with fewer, there may be more than is stated.';
COMMENT ON COLUMN engine.role.is_count IS 'Whether sums are exact: coefficients are whole.';
COMMENT ON COLUMN engine.role.share IS 'The share that the role is of; null for others.';

CREATE TABLE engine.raised (role INTEGER, declared INTEGER);
COMMENT ON TABLE engine.raised
IS 'Roles of what is otherwise at most its whole, where a figure declares parts to be all. One row per role.';
COMMENT ON COLUMN engine.raised.role IS 'The role otherwise.';
COMMENT ON COLUMN engine.raised.declared IS 'The role where its `partition` is declared: the parts make the whole.';

CREATE TABLE engine.member (relation INTEGER, scope INTEGER, cell INTEGER, role INTEGER);
COMMENT ON TABLE engine.member
IS 'Relations within one block, as partitions of code lists give them. One row per relation and cell in it.';
COMMENT ON COLUMN engine.member.relation IS 'Number of the relation.';
COMMENT ON COLUMN engine.member.scope IS 'Where it holds; 0 is everywhere.';
COMMENT ON COLUMN engine.member.cell IS 'A part, or the whole.';
COMMENT ON COLUMN engine.member.role IS 'Its role.';

CREATE TABLE engine.outside (scope INTEGER, q BIGINT);
COMMENT ON TABLE engine.outside IS 'Quantities that a scope leaves out. One row per scope and quantity.';
COMMENT ON COLUMN engine.outside.scope IS 'The scope.';
COMMENT ON COLUMN engine.outside.q IS 'The quantity.';

CREATE TABLE engine.term (i BIGINT, q BIGINT, role INTEGER);
COMMENT ON TABLE engine.term IS 'Rules grounded in the quantities. One row per instance and quantity in it.';
COMMENT ON COLUMN engine.term.i IS 'The instance; macro engine.instance makes its number.';
COMMENT ON COLUMN engine.term.q IS 'The quantity.';
COMMENT ON COLUMN engine.term.role IS 'Its role in the relation.';

CREATE TABLE engine.otherwise (i BIGINT);
COMMENT ON TABLE engine.otherwise
IS 'Relations between shares of which further parts are printed as counts. One row per instance.';
COMMENT ON COLUMN engine.otherwise.i IS 'The instance.';

CREATE TABLE engine.mentioned (i BIGINT);
COMMENT ON TABLE engine.mentioned
IS 'Instances of a partition that a breakdown declared complete does not reach: another has all its parts and more.';
COMMENT ON COLUMN engine.mentioned.i IS 'The instance.';

CREATE TABLE engine.rival (i BIGINT, lower DOUBLE, upper DOUBLE, quantities BIGINT[]);
COMMENT ON TABLE engine.rival
IS 'Parts of a whole that nobody states, and what other parts of it come to. One row per instance.';
COMMENT ON COLUMN engine.rival.i IS 'The instance.';
COMMENT ON COLUMN engine.rival.lower IS 'The least that the other parts come to.';
COMMENT ON COLUMN engine.rival.upper IS 'The most that they come to.';
COMMENT ON COLUMN engine.rival.quantities IS 'The other parts.';

-- Verdicts and bounds, round by round.

CREATE TABLE engine.fixed (
    i BIGINT,
    role INTEGER,
    is_count BOOLEAN,
    is_integer BOOLEAN,
    total DOUBLE,
    parts_there INTEGER,
    is_complete BOOLEAN,
    relaxes BOOLEAN,
    is_signed BOOLEAN,
    has_part BOOLEAN,
    has_whole BOOLEAN,
    is_stated BOOLEAN,
    source_first VARCHAR,
    source_last VARCHAR
);
COMMENT ON TABLE engine.fixed IS 'What stays the same of an instance while bounds get tighter. One row per instance.';
COMMENT ON COLUMN engine.fixed.i IS 'The instance.';
COMMENT ON COLUMN engine.fixed.role IS 'A role of it: of its rule, and of what its sum is held against.';
COMMENT ON COLUMN engine.fixed.is_count IS 'Whether it adds whole numbers, whole times.';
COMMENT ON COLUMN engine.fixed.is_integer IS 'Whether their ends are whole too: no order of adding matters.';
COMMENT ON COLUMN engine.fixed.total IS 'What its exact figures add up to, where that is so; else zero.';
COMMENT ON COLUMN engine.fixed.parts_there IS 'How many of its parts are quantities.';
COMMENT ON COLUMN engine.fixed.is_complete IS 'Whether its parts are declared to be all.';
COMMENT ON COLUMN engine.fixed.relaxes IS 'Whether a figure in it is of another definition.';
COMMENT ON COLUMN engine.fixed.is_signed IS 'Whether a quantity in it may be below zero.';
COMMENT ON COLUMN engine.fixed.has_part IS 'Whether a part is stated.';
COMMENT ON COLUMN engine.fixed.has_whole IS 'Whether what they are held against is stated.';
COMMENT ON COLUMN engine.fixed.is_stated IS 'Whether all of it is stated.';
COMMENT ON COLUMN engine.fixed.source_first IS 'The first of its sources by name.';
COMMENT ON COLUMN engine.fixed.source_last IS 'The last of its sources by name.';

CREATE TABLE engine.loose (i BIGINT, q BIGINT, role INTEGER);
COMMENT ON TABLE engine.loose
IS 'Terms that are no part of such a total: their bounds may get tighter. One row per term.';
COMMENT ON COLUMN engine.loose.i IS 'The instance.';
COMMENT ON COLUMN engine.loose.q IS 'The quantity.';
COMMENT ON COLUMN engine.loose.role IS 'Its role.';

CREATE TABLE engine.range (
    i BIGINT,
    rule VARCHAR,
    floor_ DOUBLE,
    ceiling_ DOUBLE,
    high_min DOUBLE,
    high_min_open INTEGER,
    low_max DOUBLE,
    low_max_open INTEGER,
    has_part BOOLEAN,
    has_whole BOOLEAN,
    is_stated BOOLEAN,
    source_first VARCHAR,
    source_last VARCHAR,
    slack DOUBLE,
    verdict VARCHAR
);
COMMENT ON TABLE engine.range IS 'The sum of each instance and its verdict. One row per instance.';
COMMENT ON COLUMN engine.range.i IS 'The instance.';
COMMENT ON COLUMN engine.range.rule IS 'Its rule.';
COMMENT ON COLUMN engine.range.floor_ IS 'low of its roles, or minus infinity where unstated parts may fill the sum.';
COMMENT ON COLUMN engine.range.ceiling_ IS 'high of its roles, or infinity where unstated parts may be below zero.';
COMMENT ON COLUMN engine.range.high_min IS 'Least of the sum that high bounds, its finite terms.';
COMMENT ON COLUMN engine.range.high_min_open IS 'How many of its terms are infinite.';
COMMENT ON COLUMN engine.range.low_max IS 'Greatest of the sum that low bounds, its finite terms.';
COMMENT ON COLUMN engine.range.low_max_open IS 'How many of its terms are infinite.';
COMMENT ON COLUMN engine.range.has_part IS 'Whether a part is stated.';
COMMENT ON COLUMN engine.range.has_whole IS 'Whether what they are held against is stated.';
COMMENT ON COLUMN engine.range.is_stated IS 'Whether all are stated.';
COMMENT ON COLUMN engine.range.source_first IS 'The first of the sources by name.';
COMMENT ON COLUMN engine.range.source_last IS 'The last of the sources by name.';
COMMENT ON COLUMN engine.range.slack IS 'By how much floating point may have moved the sum.';
COMMENT ON COLUMN engine.range.verdict IS 'fails, doubtful, holds or open.';

CREATE TABLE engine.range_now (
    i BIGINT,
    rule VARCHAR,
    floor_ DOUBLE,
    ceiling_ DOUBLE,
    high_min DOUBLE,
    high_min_open INTEGER,
    low_max DOUBLE,
    low_max_open INTEGER,
    has_part BOOLEAN,
    has_whole BOOLEAN,
    is_stated BOOLEAN,
    source_first VARCHAR,
    source_last VARCHAR,
    slack DOUBLE,
    verdict VARCHAR
);
COMMENT ON TABLE engine.range_now IS 'The same for the instances of this half round. One row per instance of `now`.';
COMMENT ON COLUMN engine.range_now.i IS 'As in range.';
COMMENT ON COLUMN engine.range_now.rule IS 'As in range.';
COMMENT ON COLUMN engine.range_now.floor_ IS 'As in range.';
COMMENT ON COLUMN engine.range_now.ceiling_ IS 'As in range.';
COMMENT ON COLUMN engine.range_now.high_min IS 'As in range.';
COMMENT ON COLUMN engine.range_now.high_min_open IS 'As in range.';
COMMENT ON COLUMN engine.range_now.low_max IS 'As in range.';
COMMENT ON COLUMN engine.range_now.low_max_open IS 'As in range.';
COMMENT ON COLUMN engine.range_now.has_part IS 'As in range.';
COMMENT ON COLUMN engine.range_now.has_whole IS 'As in range.';
COMMENT ON COLUMN engine.range_now.is_stated IS 'As in range.';
COMMENT ON COLUMN engine.range_now.source_first IS 'As in range.';
COMMENT ON COLUMN engine.range_now.source_last IS 'As in range.';
COMMENT ON COLUMN engine.range_now.slack IS 'As in range.';
COMMENT ON COLUMN engine.range_now.verdict IS 'As in range.';

CREATE TABLE engine.now (i BIGINT);
COMMENT ON TABLE engine.now IS 'Instances to evaluate in this half round.';
COMMENT ON COLUMN engine.now.i IS 'The instance.';

CREATE TABLE engine.touched (i BIGINT);
COMMENT ON TABLE engine.touched IS 'Instances that may pin something in this round; one may be listed twice.';
COMMENT ON COLUMN engine.touched.i IS 'The instance.';

CREATE TABLE engine.settled (i BIGINT);
COMMENT ON TABLE engine.settled
IS 'Instances that are evaluated once and imply nothing: those of rules of plausibility, and of broken tables.';
COMMENT ON COLUMN engine.settled.i IS 'The instance.';

CREATE TABLE engine.next (i BIGINT);
COMMENT ON TABLE engine.next IS 'Instances that may pin something in the next round; one may be listed twice.';
COMMENT ON COLUMN engine.next.i IS 'The instance.';

CREATE TABLE engine.pin (q BIGINT, i BIGINT, bound DOUBLE);
COMMENT ON TABLE engine.pin IS 'What this half round pins. One row per quantity that gets tighter.';
COMMENT ON COLUMN engine.pin.q IS 'The quantity.';
COMMENT ON COLUMN engine.pin.i IS 'The instance that pins it tightest.';
COMMENT ON COLUMN engine.pin.bound IS 'Its new lower or upper bound.';

-- What a reader expects, decided once more.

CREATE TABLE engine.hedged (q BIGINT, lower DOUBLE, upper DOUBLE);
COMMENT ON TABLE engine.hedged
IS 'Quantities of which a reader expects less than the words entail. One row per quantity.';
COMMENT ON COLUMN engine.hedged.q IS 'The quantity.';
COMMENT ON COLUMN engine.hedged.lower IS 'The least that a reader expects.';
COMMENT ON COLUMN engine.hedged.upper IS 'The most that a reader expects.';

CREATE TABLE engine.expected (q BIGINT, i BIGINT);
COMMENT ON TABLE engine.expected IS 'What narrowed what is expected. One row per quantity and instance.';
COMMENT ON COLUMN engine.expected.q IS 'The quantity.';
COMMENT ON COLUMN engine.expected.i IS 'The instance.';

CREATE TABLE engine.certain_quantity (
    q BIGINT,
    lower DOUBLE,
    upper DOUBLE,
    likely_lower DOUBLE,
    likely_upper DOUBLE,
    lower_by BIGINT,
    upper_by BIGINT
);
COMMENT ON TABLE engine.certain_quantity
IS 'Bounds by what the words entail, kept while what is expected is decided. One row per quantity.';
COMMENT ON COLUMN engine.certain_quantity.q IS 'The quantity.';
COMMENT ON COLUMN engine.certain_quantity.lower IS 'As in quantity.';
COMMENT ON COLUMN engine.certain_quantity.upper IS 'As in quantity.';
COMMENT ON COLUMN engine.certain_quantity.likely_lower IS 'As in quantity.';
COMMENT ON COLUMN engine.certain_quantity.likely_upper IS 'As in quantity.';
COMMENT ON COLUMN engine.certain_quantity.lower_by IS 'As in quantity.';
COMMENT ON COLUMN engine.certain_quantity.upper_by IS 'As in quantity.';

CREATE TABLE engine.certain_role (
    role INTEGER, coef_low DOUBLE, coef_high DOUBLE, low DOUBLE, high DOUBLE
);
COMMENT ON TABLE engine.certain_role IS 'Roles of shares, kept likewise. One row per role.';
COMMENT ON COLUMN engine.certain_role.role IS 'The role.';
COMMENT ON COLUMN engine.certain_role.coef_low IS 'As in role.';
COMMENT ON COLUMN engine.certain_role.coef_high IS 'As in role.';
COMMENT ON COLUMN engine.certain_role.low IS 'As in role.';
COMMENT ON COLUMN engine.certain_role.high IS 'As in role.';

CREATE TABLE engine.certain_range (
    i BIGINT,
    rule VARCHAR,
    floor_ DOUBLE,
    ceiling_ DOUBLE,
    high_min DOUBLE,
    high_min_open INTEGER,
    low_max DOUBLE,
    low_max_open INTEGER,
    has_part BOOLEAN,
    has_whole BOOLEAN,
    is_stated BOOLEAN,
    source_first VARCHAR,
    source_last VARCHAR,
    slack DOUBLE,
    verdict VARCHAR
);
COMMENT ON TABLE engine.certain_range IS 'Ranges, kept likewise. One row per instance.';
COMMENT ON COLUMN engine.certain_range.i IS 'As in range.';
COMMENT ON COLUMN engine.certain_range.rule IS 'As in range.';
COMMENT ON COLUMN engine.certain_range.floor_ IS 'As in range.';
COMMENT ON COLUMN engine.certain_range.ceiling_ IS 'As in range.';
COMMENT ON COLUMN engine.certain_range.high_min IS 'As in range.';
COMMENT ON COLUMN engine.certain_range.high_min_open IS 'As in range.';
COMMENT ON COLUMN engine.certain_range.low_max IS 'As in range.';
COMMENT ON COLUMN engine.certain_range.low_max_open IS 'As in range.';
COMMENT ON COLUMN engine.certain_range.has_part IS 'As in range.';
COMMENT ON COLUMN engine.certain_range.has_whole IS 'As in range.';
COMMENT ON COLUMN engine.certain_range.is_stated IS 'As in range.';
COMMENT ON COLUMN engine.certain_range.source_first IS 'As in range.';
COMMENT ON COLUMN engine.certain_range.source_last IS 'As in range.';
COMMENT ON COLUMN engine.certain_range.slack IS 'As in range.';
COMMENT ON COLUMN engine.certain_range.verdict IS 'As in range.';

-- Findings, and the connected groups around them.

CREATE TABLE engine.broken (
    rule VARCHAR,
    source VARCHAR,
    tested BIGINT,
    fails BIGINT,
    doubtful BIGINT,
    shown INTEGER
);
COMMENT ON TABLE engine.broken IS 'Tables that are broken as a whole. One row per rule and source.';
COMMENT ON COLUMN engine.broken.rule IS 'The rule.';
COMMENT ON COLUMN engine.broken.source IS 'The source, or several.';
COMMENT ON COLUMN engine.broken.tested IS 'How many relations are tested.';
COMMENT ON COLUMN engine.broken.fails IS 'How many of them fail.';
COMMENT ON COLUMN engine.broken.doubtful IS 'How many of them are doubtful.';
COMMENT ON COLUMN engine.broken.shown IS 'How many of these are findings: the widest.';

CREATE TABLE engine.failing (rule VARCHAR, source VARCHAR, fails BIGINT, doubtful BIGINT);
COMMENT ON TABLE engine.failing IS 'What does not hold, whether it is shown or not. One row per rule and source.';
COMMENT ON COLUMN engine.failing.rule IS 'The rule.';
COMMENT ON COLUMN engine.failing.source IS 'The source, or several.';
COMMENT ON COLUMN engine.failing.fails IS 'How many relations fail.';
COMMENT ON COLUMN engine.failing.doubtful IS 'How many are doubtful.';

CREATE TABLE engine.broken_instance (i BIGINT, is_shown BOOLEAN, name UBIGINT);
COMMENT ON TABLE engine.broken_instance IS 'What fails or is doubtful in broken tables. One row per instance.';
COMMENT ON COLUMN engine.broken_instance.i IS 'The instance.';
COMMENT ON COLUMN engine.broken_instance.is_shown IS 'Whether it is a finding; it is only counted otherwise.';
COMMENT ON COLUMN engine.broken_instance.name IS 'Made of its quantities: which of several as wide come first.';

CREATE TABLE engine.side (
    i BIGINT,
    rule VARCHAR,
    verdict VARCHAR,
    is_stated BOOLEAN,
    whole BIGINT,
    part BIGINT,
    left_lower DOUBLE,
    left_upper DOUBLE,
    right_lower DOUBLE,
    right_upper DOUBLE,
    gap DOUBLE,
    quantities BIGINT[]
);
COMMENT ON TABLE engine.side
IS 'Both sides of what does not hold. One row per instance that fails, is doubtful or open.';
COMMENT ON COLUMN engine.side.i IS 'The instance.';
COMMENT ON COLUMN engine.side.rule IS 'Its rule.';
COMMENT ON COLUMN engine.side.verdict IS 'Its verdict.';
COMMENT ON COLUMN engine.side.is_stated IS 'Whether all its quantities are stated.';
COMMENT ON COLUMN engine.side.whole IS 'What the others are held against; null where it is a number.';
COMMENT ON COLUMN engine.side.part IS 'The first of the others.';
COMMENT ON COLUMN engine.side.left_lower IS 'Least of the sum of the parts.';
COMMENT ON COLUMN engine.side.left_upper IS 'Greatest of the sum of the parts.';
COMMENT ON COLUMN engine.side.right_lower IS 'Least of what they are held against.';
COMMENT ON COLUMN engine.side.right_upper IS 'Greatest of what they are held against.';
COMMENT ON COLUMN engine.side.gap IS 'How far the two are apart; 0 where they meet.';
COMMENT ON COLUMN engine.side.quantities IS 'All quantities of the instance.';

CREATE TABLE engine.behind (i BIGINT, observation_id VARCHAR, source VARCHAR);
COMMENT ON TABLE engine.behind
IS 'The figures behind each finding that is not open, and the shares behind any. One row per finding and figure.';
COMMENT ON COLUMN engine.behind.i IS 'The instance.';
COMMENT ON COLUMN engine.behind.observation_id IS 'The figure.';
COMMENT ON COLUMN engine.behind.source IS 'Its source.';

CREATE TABLE engine.finding (
    i BIGINT,
    finding VARCHAR,
    rule VARCHAR,
    verdict VARCHAR,
    status VARCHAR,
    source VARCHAR,
    q BIGINT,
    part_time_period VARCHAR,
    left_lower DOUBLE,
    left_upper DOUBLE,
    right_lower DOUBLE,
    right_upper DOUBLE,
    gap DOUBLE,
    observations VARCHAR,
    quantities BIGINT[]
);
COMMENT ON TABLE engine.finding
IS 'What does not hold, by a name that lasts. One row per instance that fails, is doubtful or open.';
COMMENT ON COLUMN engine.finding.i IS 'The instance.';
COMMENT ON COLUMN engine.finding.finding IS 'Its name: of the rule and the quantities, never of their values.';
COMMENT ON COLUMN engine.finding.rule IS 'Its rule.';
COMMENT ON COLUMN engine.finding.verdict IS 'fails, doubtful, restated or open.';
COMMENT ON COLUMN engine.finding.status IS 'Of what is open: consistent (all stated) or incomplete.';
COMMENT ON COLUMN engine.finding.source IS 'The sources of the figures behind it.';
COMMENT ON COLUMN engine.finding.q IS 'The quantity that it is about.';
COMMENT ON COLUMN engine.finding.part_time_period IS 'Period of the first part.';
COMMENT ON COLUMN engine.finding.left_lower IS 'As in side.';
COMMENT ON COLUMN engine.finding.left_upper IS 'As in side.';
COMMENT ON COLUMN engine.finding.right_lower IS 'As in side.';
COMMENT ON COLUMN engine.finding.right_upper IS 'As in side.';
COMMENT ON COLUMN engine.finding.gap IS 'As in side.';
COMMENT ON COLUMN engine.finding.observations IS 'The figures behind it.';
COMMENT ON COLUMN engine.finding.quantities IS 'As in side.';

CREATE TABLE engine.told (i BIGINT, verdict VARCHAR, observations VARCHAR[], shares VARCHAR[]);
COMMENT ON TABLE engine.told
IS 'Findings on counts that findings on shares may tell already. One row per pair of them.';
COMMENT ON COLUMN engine.told.i IS 'The instance, of counts.';
COMMENT ON COLUMN engine.told.verdict IS 'Its verdict.';
COMMENT ON COLUMN engine.told.observations IS 'The figures behind it.';
COMMENT ON COLUMN engine.told.shares IS 'The figures behind the finding on shares.';

CREATE TABLE engine.unsettled (i BIGINT);
COMMENT ON TABLE engine.unsettled
IS 'Relations with bounds that still got tighter when their propagation ended. One row per instance.';
COMMENT ON COLUMN engine.unsettled.i IS 'The instance.';

CREATE TABLE engine.free (i BIGINT, q BIGINT);
COMMENT ON TABLE engine.free
IS 'Quantities that are not pinned to one number, in relations that bounds alone leave open. One row per pair.';
COMMENT ON COLUMN engine.free.i IS 'The relation.';
COMMENT ON COLUMN engine.free.q IS 'The quantity.';

CREATE TABLE engine.free_group (q BIGINT, component INTEGER);
COMMENT ON TABLE engine.free_group IS 'Which of these are connected. One row per quantity.';
COMMENT ON COLUMN engine.free_group.q IS 'The quantity.';
COMMENT ON COLUMN engine.free_group.component IS 'Number of its group.';

CREATE TABLE engine.together (number INTEGER, verdict VARCHAR, quantities BIGINT[]);
COMMENT ON TABLE engine.together
IS 'Groups that bounds alone leave open, decided as a whole. One row per group.';
COMMENT ON COLUMN engine.together.number IS 'Number of the group, the smallest first.';
COMMENT ON COLUMN engine.together.verdict IS 'fails, doubtful, holds or not decided.';
COMMENT ON COLUMN engine.together.quantities IS 'Its quantities.';

CREATE TABLE engine.together_conflict (
    i BIGINT, finding VARCHAR, quantities BIGINT[], observations VARCHAR, source VARCHAR
);
COMMENT ON TABLE engine.together_conflict
IS 'The smallest conflict of each group that cannot be true together. One row per finding.';
COMMENT ON COLUMN engine.together_conflict.i IS 'The instance.';
COMMENT ON COLUMN engine.together_conflict.finding
IS 'Its name, of the figures and quantities in the conflict; null where told already.';
COMMENT ON COLUMN engine.together_conflict.quantities IS 'The quantities in it.';
COMMENT ON COLUMN engine.together_conflict.observations IS 'The figures in it.';
COMMENT ON COLUMN engine.together_conflict.source IS 'Their sources.';

CREATE TABLE engine.near (q BIGINT);
COMMENT ON TABLE engine.near
IS 'Quantities that relations connect with one that fails or is doubtful. One row per quantity.';
COMMENT ON COLUMN engine.near.q IS 'The quantity.';

CREATE TABLE engine.component (q BIGINT, component INTEGER);
COMMENT ON TABLE engine.component IS 'Connected groups. One row per quantity in one.';
COMMENT ON COLUMN engine.component.q IS 'The quantity.';
COMMENT ON COLUMN engine.component.component IS 'Number of its group.';

CREATE TABLE engine.finding_component (i BIGINT, component INTEGER);
COMMENT ON TABLE engine.finding_component
IS 'The group of each finding. One row per instance that fails or is doubtful.';
COMMENT ON COLUMN engine.finding_component.i IS 'The instance.';
COMMENT ON COLUMN engine.finding_component.component IS 'Number of its group.';

CREATE TABLE engine.group_quantity (
    component INTEGER, q BIGINT, name VARCHAR, is_whole BOOLEAN, is_signed BOOLEAN
);
COMMENT ON TABLE engine.group_quantity IS 'Quantities of connected groups. One row per quantity.';
COMMENT ON COLUMN engine.group_quantity.component IS 'Number of the group.';
COMMENT ON COLUMN engine.group_quantity.q IS 'The quantity.';
COMMENT ON COLUMN engine.group_quantity.name
IS 'Its name: indicator, area, period, register, and each breakdown that is no total.';
COMMENT ON COLUMN engine.group_quantity.is_whole IS 'Whether it is a whole number.';
COMMENT ON COLUMN engine.group_quantity.is_signed IS 'Whether it may be below zero.';

CREATE TABLE engine.group_relation (
    component INTEGER,
    i BIGINT,
    rule VARCHAR,
    quantities BIGINT[],
    coefficients DOUBLE[],
    low DOUBLE,
    high DOUBLE
);
COMMENT ON TABLE engine.group_relation IS 'Relations of connected groups, shares left out. One row per relation.';
COMMENT ON COLUMN engine.group_relation.component IS 'Number of the group.';
COMMENT ON COLUMN engine.group_relation.i IS 'The instance.';
COMMENT ON COLUMN engine.group_relation.rule IS 'Its rule.';
COMMENT ON COLUMN engine.group_relation.quantities IS 'Its quantities.';
COMMENT ON COLUMN engine.group_relation.coefficients IS 'Their coefficients.';
COMMENT ON COLUMN engine.group_relation.low IS 'Least of the sum.';
COMMENT ON COLUMN engine.group_relation.high IS 'Greatest of the sum.';

CREATE TABLE engine.group_claim (
    component INTEGER,
    observation_id VARCHAR,
    q BIGINT,
    lower DOUBLE,
    upper DOUBLE,
    likely_lower DOUBLE,
    likely_upper DOUBLE,
    qualifier VARCHAR,
    base BIGINT,
    stated_of VARCHAR,
    says VARCHAR,
    locator VARCHAR,
    source VARCHAR,
    published VARCHAR,
    is_growth BOOLEAN,
    is_percent BOOLEAN,
    per DOUBLE,
    computed_from VARCHAR
);
COMMENT ON TABLE engine.group_claim IS 'What the figures of connected groups claim. One row per figure.';
COMMENT ON COLUMN engine.group_claim.component IS 'Number of the group.';
COMMENT ON COLUMN engine.group_claim.observation_id IS 'The figure.';
COMMENT ON COLUMN engine.group_claim.q IS 'The quantity that it is of.';
COMMENT ON COLUMN engine.group_claim.lower IS 'Its least: a number, or the factor of a share of a quantity.';
COMMENT ON COLUMN engine.group_claim.upper IS 'Its greatest.';
COMMENT ON COLUMN engine.group_claim.likely_lower IS 'The least that a reader expects.';
COMMENT ON COLUMN engine.group_claim.likely_upper IS 'The greatest that a reader expects.';
COMMENT ON COLUMN engine.group_claim.qualifier IS 'How the words hedge it.';
COMMENT ON COLUMN engine.group_claim.base IS 'The quantity that a share is of; null for others.';
COMMENT ON COLUMN engine.group_claim.stated_of IS 'The printed figure that a share is of; null for others.';
COMMENT ON COLUMN engine.group_claim.says IS 'The printed words.';
COMMENT ON COLUMN engine.group_claim.locator IS 'Their place.';
COMMENT ON COLUMN engine.group_claim.source IS 'Their source.';
COMMENT ON COLUMN engine.group_claim.published IS 'When they were published; null where unknown.';
COMMENT ON COLUMN engine.group_claim.is_growth IS 'Whether they print a change of the base.';
COMMENT ON COLUMN engine.group_claim.is_percent IS 'Whether its quantity is itself in percent of a whole.';
COMMENT ON COLUMN engine.group_claim.per IS 'Of a rate, for how many of the base it is; null for others.';
COMMENT ON COLUMN engine.group_claim.computed_from
IS 'The figures that their author computed it from, parted by blanks; empty where nothing says so.';

CREATE TABLE engine.group_finding (
    component INTEGER, i BIGINT, finding VARCHAR, share VARCHAR, q BIGINT, observations VARCHAR
);
COMMENT ON TABLE engine.group_finding IS 'What fails in connected groups. One row per finding.';
COMMENT ON COLUMN engine.group_finding.component IS 'Number of the group.';
COMMENT ON COLUMN engine.group_finding.i IS 'The instance.';
COMMENT ON COLUMN engine.group_finding.finding IS 'Name of the finding.';
COMMENT ON COLUMN engine.group_finding.share IS 'The share that it is about; null for others.';
COMMENT ON COLUMN engine.group_finding.q IS 'The quantity that is stated in several ways; null for others.';
COMMENT ON COLUMN engine.group_finding.observations IS 'The figures behind it.';

CREATE TABLE engine.neighbour (
    q BIGINT, earlier DOUBLE, later DOUBLE, passed DOUBLE, is_cumulative BOOLEAN
);
COMMENT ON TABLE engine.neighbour IS 'Quantities of failing groups in periods next to theirs. One row per quantity.';
COMMENT ON COLUMN engine.neighbour.q IS 'The quantity.';
COMMENT ON COLUMN engine.neighbour.earlier IS 'What it was in the nearest period before; null where none is printed.';
COMMENT ON COLUMN engine.neighbour.later IS 'What it was in the period after.';
COMMENT ON COLUMN engine.neighbour.passed IS 'How much of the time between them is before its own, 0 to 1.';
COMMENT ON COLUMN engine.neighbour.is_cumulative IS 'Whether they begin on one day, so that it does not fall.';

CREATE TABLE engine.alike (q BIGINT, place INTEGER, printed DOUBLE);
COMMENT ON TABLE engine.alike IS 'What the most alike rows print of a quantity. Up to three rows per quantity.';
COMMENT ON COLUMN engine.alike.q IS 'The quantity.';
COMMENT ON COLUMN engine.alike.place IS 'Place of the row, 1 the most alike.';
COMMENT ON COLUMN engine.alike.printed IS 'What it prints.';

-- Screening: what plainly holds is counted and set aside.

CREATE TABLE engine.plain (rule VARCHAR, source VARCHAR, verdict VARCHAR, instances BIGINT);
COMMENT ON TABLE engine.plain
IS 'What plainly holds and was set aside. One row per rule, source and kind of relation.';
COMMENT ON COLUMN engine.plain.rule IS 'The rule.';
COMMENT ON COLUMN engine.plain.source IS 'The source, or several.';
COMMENT ON COLUMN engine.plain.verdict IS 'holds or not_applicable.';
COMMENT ON COLUMN engine.plain.instances IS 'How many instances; what is to be taken off is below zero.';

CREATE TABLE engine.wide_cell (place INTEGER, cell INTEGER);
COMMENT ON TABLE engine.wide_cell
IS 'The cells that are columns of `wide`, with a column a breakdown. One row per cell.';
COMMENT ON COLUMN engine.wide_cell.place IS 'Number of the column, and of the bit.';
COMMENT ON COLUMN engine.wide_cell.cell IS 'Number of the cell.';

CREATE TABLE engine.wide (
    register VARCHAR,
    indicator VARCHAR,
    ref_area VARCHAR,
    time_period VARCHAR,
    source VARCHAR,
    present BIGINT,
    odd BIGINT,
    latent BIGINT,
    is_all BOOLEAN,
    is_settled BOOLEAN
);
COMMENT ON TABLE engine.wide
IS 'Blocks with the count of each cell side by side, in columns x0, x1, … One row per block.';
COMMENT ON COLUMN engine.wide.register IS 'Code of the register.';
COMMENT ON COLUMN engine.wide.indicator IS 'Code of the indicator.';
COMMENT ON COLUMN engine.wide.ref_area IS 'Code of the area.';
COMMENT ON COLUMN engine.wide.time_period IS 'The period.';
COMMENT ON COLUMN engine.wide.source IS 'The source; null where there are several.';
COMMENT ON COLUMN engine.wide.present IS 'Which cells have one exact count, a bit each.';
COMMENT ON COLUMN engine.wide.odd
IS 'Which cells are otherwise stated, or latent, a bit each: their relations are evaluated.';
COMMENT ON COLUMN engine.wide.latent IS 'Which of these are not stated, but above one that is.';
COMMENT ON COLUMN engine.wide.is_all
IS 'Whether all its relations are evaluated, since it has more than the columns hold.';
COMMENT ON COLUMN engine.wide.is_settled IS 'Whether all relations within the block hold on the words alone.';

CREATE TABLE engine.wide_block (wide BIGINT, block BIGINT);
COMMENT ON TABLE engine.wide_block IS 'Numbers of blocks. One row per row of `wide` that may be looked at.';
COMMENT ON COLUMN engine.wide_block.wide IS 'Row of `wide`.';
COMMENT ON COLUMN engine.wide_block.block IS 'Number of the block, in the order of its columns.';

CREATE TABLE engine.share_cell (
    register VARCHAR, indicator VARCHAR, ref_area VARCHAR, time_period VARCHAR, place INTEGER
);
COMMENT ON TABLE engine.share_cell
IS 'Quantities that a share relates or is stated of, or that an edition restates. One row per quantity.';
COMMENT ON COLUMN engine.share_cell.register IS 'Code of the register.';
COMMENT ON COLUMN engine.share_cell.indicator IS 'Code of the indicator.';
COMMENT ON COLUMN engine.share_cell.ref_area IS 'Code of the area.';
COMMENT ON COLUMN engine.share_cell.time_period IS 'The period.';
COMMENT ON COLUMN engine.share_cell.place IS 'Place of the cell in `wide`; null for a rarer one.';

CREATE TABLE engine.uniform (register VARCHAR, indicator VARCHAR, ref_area VARCHAR);
COMMENT ON TABLE engine.uniform
IS 'Figures that are stated alike in all their periods, so that one relation over time stands for all their cells.';
COMMENT ON COLUMN engine.uniform.register IS 'Code of the register.';
COMMENT ON COLUMN engine.uniform.indicator IS 'Code of the indicator.';
COMMENT ON COLUMN engine.uniform.ref_area IS 'Code of the area.';

CREATE TABLE engine.wide_relation (
    relation INTEGER,
    rule VARCHAR,
    cells BIGINT,
    parts BIGINT,
    registers VARCHAR[],
    other_than VARCHAR[],
    is_countable BOOLEAN
);
COMMENT ON TABLE engine.wide_relation IS 'Relations within a block of `wide`. One row per relation.';
COMMENT ON COLUMN engine.wide_relation.relation IS 'Number of the relation, as in member.';
COMMENT ON COLUMN engine.wide_relation.rule IS 'Its rule.';
COMMENT ON COLUMN engine.wide_relation.cells IS 'Its parts and their whole, a bit each.';
COMMENT ON COLUMN engine.wide_relation.parts IS 'Its parts, a bit each.';
COMMENT ON COLUMN engine.wide_relation.registers IS 'Registers that it is limited to; empty where it is not.';
COMMENT ON COLUMN engine.wide_relation.other_than IS 'Registers that it leaves out.';
COMMENT ON COLUMN engine.wide_relation.is_countable IS 'Whether it is the same for all sources.';

CREATE TABLE engine.kind (kind INTEGER, rule VARCHAR, name VARCHAR, scope INTEGER, low DOUBLE);
COMMENT ON TABLE engine.kind IS 'Kinds of relations of parts to their whole. One row per kind.';
COMMENT ON COLUMN engine.kind.kind IS 'Number of the kind.';
COMMENT ON COLUMN engine.kind.rule IS 'As of link; so are name and scope.';
COMMENT ON COLUMN engine.kind.name IS 'Of periods, their kinds; of areas, the partition.';
COMMENT ON COLUMN engine.kind.scope IS 'Scope of the partition; null of periods.';
COMMENT ON COLUMN engine.kind.low
IS 'The least that the parts less the whole may be; infinite where that is not looked at.';

CREATE TABLE engine.pair (kind INTEGER, whole BIGINT, part BIGINT);
COMMENT ON TABLE engine.pair IS 'Blocks of `wide` that are part of another. One row per kind of relation and part.';
COMMENT ON COLUMN engine.pair.kind IS 'The kind.';
COMMENT ON COLUMN engine.pair.whole IS 'The whole, by its row of `wide`.';
COMMENT ON COLUMN engine.pair.part IS 'The part.';

CREATE TABLE engine.link (
    rule VARCHAR,
    name VARCHAR,
    scope INTEGER,
    blocks BIGINT[],
    source VARCHAR,
    plain BIGINT,
    active BIGINT
);
COMMENT ON TABLE engine.link
IS 'Relations between blocks of `wide`, of periods and of areas. One row per relation of all their cells.';
COMMENT ON COLUMN engine.link.rule IS 'Its rule; with `, rest` where parts of a year are missing.';
COMMENT ON COLUMN engine.link.name IS 'The partition of areas, or the kinds of periods.';
COMMENT ON COLUMN engine.link.scope IS 'Scope of the partition; null for periods.';
COMMENT ON COLUMN engine.link.blocks IS 'Rows of `wide`: the whole, then its parts.';
COMMENT ON COLUMN engine.link.source IS 'The source, or several.';
COMMENT ON COLUMN engine.link.plain IS 'The cells of which it plainly holds, a bit each.';
COMMENT ON COLUMN engine.link.active IS 'The cells of which it is to be evaluated, a bit each.';

CREATE TABLE engine.choice (rule VARCHAR, chunk INTEGER, bit INTEGER, term INTEGER, place INTEGER);
COMMENT ON TABLE engine.choice IS 'Which cells a stated rule compares. One row per instance in a block, and term.';
COMMENT ON COLUMN engine.choice.rule IS 'The rule.';
COMMENT ON COLUMN engine.choice.chunk IS 'So many instances as an integer has bits, from 0.';
COMMENT ON COLUMN engine.choice.bit IS 'Bit of the instance.';
COMMENT ON COLUMN engine.choice.term IS 'Place of the term in the rule, from 0.';
COMMENT ON COLUMN engine.choice.place IS 'Place of its cell in `wide`.';

CREATE TABLE engine.stated_link (
    rule VARCHAR, chunk INTEGER, blocks BIGINT[], source VARCHAR, plain BIGINT, active BIGINT
);
COMMENT ON TABLE engine.stated_link
IS 'Blocks of `wide` that a stated rule compares. One row per rule, chunk and blocks.';
COMMENT ON COLUMN engine.stated_link.rule IS 'The rule.';
COMMENT ON COLUMN engine.stated_link.chunk IS 'As in choice.';
COMMENT ON COLUMN engine.stated_link.blocks IS 'Rows of `wide`, one a term.';
COMMENT ON COLUMN engine.stated_link.source IS 'The source, or several.';
COMMENT ON COLUMN engine.stated_link.plain IS 'The instances that plainly hold, a bit each.';
COMMENT ON COLUMN engine.stated_link.active IS 'Those that are to be evaluated, a bit each.';

CREATE TABLE engine.needed (wide BIGINT, cells BIGINT);
COMMENT ON TABLE engine.needed IS 'What is to be looked at closely. One row per block, and cause of it.';
COMMENT ON COLUMN engine.needed.wide IS 'Row of `wide`.';
COMMENT ON COLUMN engine.needed.cells IS 'Its cells, a bit each; -1 for all.';

CREATE TABLE engine.looked (
    wide BIGINT,
    register VARCHAR,
    indicator VARCHAR,
    ref_area VARCHAR,
    time_period VARCHAR,
    is_all BOOLEAN,
    cells BIGINT,
    fresh BIGINT
);
COMMENT ON TABLE engine.looked IS 'The same with the codes. One row per block.';
COMMENT ON COLUMN engine.looked.wide IS 'Row of `wide`.';
COMMENT ON COLUMN engine.looked.register IS 'Code of the register.';
COMMENT ON COLUMN engine.looked.indicator IS 'Code of the indicator.';
COMMENT ON COLUMN engine.looked.ref_area IS 'Code of the area.';
COMMENT ON COLUMN engine.looked.time_period IS 'The period.';
COMMENT ON COLUMN engine.looked.is_all IS 'As in wide.';
COMMENT ON COLUMN engine.looked.cells IS 'Its cells, a bit each; -1 for all.';
COMMENT ON COLUMN engine.looked.fresh IS 'Those that were not looked at before.';

CREATE TABLE engine.active_cell (wide BIGINT, relation INTEGER);
COMMENT ON TABLE engine.active_cell IS 'Relations within blocks to evaluate next. One row per block and relation.';
COMMENT ON COLUMN engine.active_cell.wide IS 'Row of `wide`.';
COMMENT ON COLUMN engine.active_cell.relation IS 'The relation, as in member.';

CREATE TABLE engine.evaluated_cell (wide BIGINT, relation INTEGER);
COMMENT ON TABLE engine.evaluated_cell IS 'The same of those evaluated. One row per block and relation.';
COMMENT ON COLUMN engine.evaluated_cell.wide IS 'Row of `wide`.';
COMMENT ON COLUMN engine.evaluated_cell.relation IS 'The relation, as in member.';

CREATE TABLE engine.active_link (rule VARCHAR, name VARCHAR, scope INTEGER, blocks BIGINT[], cells BIGINT);
COMMENT ON TABLE engine.active_link
IS 'Relations between blocks to evaluate next. One row per relation of their cells.';
COMMENT ON COLUMN engine.active_link.rule IS 'As in link.';
COMMENT ON COLUMN engine.active_link.name IS 'As in link.';
COMMENT ON COLUMN engine.active_link.scope IS 'As in link.';
COMMENT ON COLUMN engine.active_link.blocks IS 'As in link.';
COMMENT ON COLUMN engine.active_link.cells IS 'The cells, a bit each.';

CREATE TABLE engine.active_stated (rule VARCHAR, places BIGINT[]);
COMMENT ON TABLE engine.active_stated IS 'Instances of stated rules to evaluate next. One row per instance.';
COMMENT ON COLUMN engine.active_stated.rule IS 'The rule.';
COMMENT ON COLUMN engine.active_stated.places IS 'Of each term its row of `wide` times 64, and its place in it.';

CREATE TABLE engine.around (wide BIGINT);
COMMENT ON TABLE engine.around
IS 'Blocks that relations connect with a failing one, all of whose relations are evaluated. One row per block.';
COMMENT ON COLUMN engine.around.wide IS 'Row of `wide`.';

CREATE TABLE engine.group_wanted (component INTEGER);
COMMENT ON TABLE engine.group_wanted
IS 'The groups of which the linear system is asked for: only there is looked for what is near. One row per group.';
COMMENT ON COLUMN engine.group_wanted.component IS 'Number of the group.';
