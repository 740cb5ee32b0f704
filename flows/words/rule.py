"""What a rule says must hold: its own sentence where it is stated, else one made from what it follows from."""

from cuadra.checks.codelist import TOTAL, Partition
from cuadra.checks.rule import Rule, partition_rule
from cuadra.checks.topic import Topic
from cuadra.flows.words.quantity import list_label
from cuadra.flows.words.sentence import say
from cuadra.flows.words.vocabulary import vocabulary


def rule_sentence(rule: Rule, topic: Topic, language: str = "en") -> str:
    """The sentence that a person reads when the rule fails."""
    if rule.stated is not None:
        return (rule.stated.sentence_es if language == "es" else "") or rule.stated.sentence
    for name in topic.names:
        codes = topic.code_list(name)
        for partition in codes.partitions:
            if partition_rule(codes, partition) == rule.name:
                return _of_partition(name, partition, topic, language)
    key = f"rule.{rule.name}"
    if key in vocabulary(language):
        return say(language, key)
    return (rule.sentence_es if language == "es" else "") or rule.sentence


def _of_partition(name: str, partition: Partition, topic: Topic, language: str) -> str:
    parent = topic.code_list(name).label(partition.parent, language)
    is_total = partition.parent == TOTAL
    return say(
        language,
        f"rule.{partition.kind}",
        list=list_label(name, topic, language),
        parent=say(language, "rule.total") if is_total else say(language, "rule.parent", label=parent),
    )
