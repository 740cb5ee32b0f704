-- Figures fall into parts that no relation crosses, and parts into bins. `part_figure` has the figures, `part_top` the
-- code that stands for a register, an indicator or an area where rules or the code list relate it to others.

-- What figures are about but for period and breakdowns, and what shares and rates are of. Grain: one row per register,
-- indicator and area.
CREATE OR REPLACE TEMP TABLE part AS
WITH named AS (
    SELECT
        register,
        indicator,
        ref_area
    FROM part_figure
    UNION
    SELECT
        base_register,
        base_indicator,
        base_ref_area
    FROM part_figure
    WHERE share_of IS NOT NULL
)

SELECT
    named.*,
    concat_ws(
        '|',
        coalesce(of_register.top, register),
        coalesce(of_indicator.top, indicator),
        coalesce(of_area.top, ref_area)
    ) AS part,
    0 AS bin
FROM named
LEFT JOIN part_top AS of_register ON of_register.dimension = 'register' AND register = of_register.code
LEFT JOIN part_top AS of_indicator ON of_indicator.dimension = 'indicator' AND indicator = of_indicator.code
LEFT JOIN part_top AS of_area ON of_area.dimension = 'ref_area' AND ref_area = of_area.code;

-- Parts that a figure joins: its own with that of the figures that it is a share of, or that it was computed from.
-- Grain: one row per pair of parts.
CREATE OR REPLACE TEMP TABLE part_pair AS
SELECT DISTINCT
    own.part,
    other.part AS other
FROM (
    SELECT
        register,
        indicator,
        ref_area,
        base_register AS other_register,
        base_indicator AS other_indicator,
        base_ref_area AS other_area
    FROM part_figure
    WHERE share_of IS NOT NULL
    UNION
    SELECT
        figure.register,
        figure.indicator,
        figure.ref_area,
        named.register AS other_register,
        named.indicator AS other_indicator,
        named.ref_area AS other_area
    FROM (
        SELECT
            register,
            indicator,
            ref_area,
            unnest(string_split(concat_ws(' ', share_base, computed_from), ' ')) AS name
        FROM part_figure
        WHERE share_base IS NOT NULL OR computed_from IS NOT NULL
    ) AS figure
    INNER JOIN part_figure AS named ON figure.name = named.observation_id
) AS figure
INNER JOIN part AS own
    ON
        figure.register = own.register AND figure.indicator = own.indicator AND figure.ref_area = own.ref_area
INNER JOIN part AS other
    ON
        other_register = other.register AND other_indicator = other.indicator AND other_area = other.ref_area
WHERE own.part <> other.part;
