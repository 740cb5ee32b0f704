-- The keys of both lists, each once, in order: both_findings('b a', 'b') is 'a b'. A missing list is empty.
CREATE OR REPLACE MACRO both_findings(one, other) AS
array_to_string(
    list_sort(list_distinct(list_filter(string_split(concat_ws(' ', one, other), ' '), LAMBDA key: key <> ''))), ' '
);
