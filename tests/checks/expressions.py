"""Rules written as text, for tests: a linear comparison becomes a relation; anything else is refused."""

import ast
import math
import re
from collections import defaultdict

from cuadra.checks.explain.system import Relation

EPSILON = 1e-6
"""What a strict inequality stands off its bound."""

_SIDES = {
    ast.Eq: (0, 0),
    ast.LtE: (-math.inf, 0),
    ast.GtE: (0, math.inf),
    ast.Lt: (-math.inf, -EPSILON),
    ast.Gt: (EPSILON, math.inf),
}


class ExpressionError(ValueError):
    """A rule that is no comparison of linear sums."""


def relation(text: str) -> Relation:
    """The relation that a text such as ``cost - 0.6*turnover >= 0`` states."""
    name, _, body = text.rpartition(": ")
    body = re.sub(r"(?<![<>=!])=(?!=)", "==", body)
    # Names such as 2018Q1 or 01.1 are no names to Python, so each word that is no plain number gets one.
    words: dict[str, str] = {}

    def renamed(found: re.Match[str]) -> str:
        word = found[0]
        return words.setdefault(word, f"v{len(words)}") if _is_name(word, body) else word

    try:
        tree = ast.parse(re.sub(r"[A-Za-z0-9_.]+", renamed, body), mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(text) from error
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1 or type(tree.ops[0]) not in _SIDES:
        raise ExpressionError(text)
    terms: dict[str, float] = defaultdict(float)
    _collect(tree.left, 1.0, terms)
    _collect(tree.comparators[0], -1.0, terms)
    constant = terms.pop("", 0.0)
    low, high = _SIDES[type(tree.ops[0])]
    original = {new: old for old, new in words.items()}
    return Relation(
        name or text, tuple((original[n], a) for n, a in terms.items() if a), low - constant, high - constant
    )


def _is_name(word: str, body: str) -> bool:
    if re.fullmatch(r"\d+(\.\d+)?(e\d+)?", word):
        return bool(re.search(r"(?<!\d)0\d|2018 ==", body))  # codes such as 01.1, and a year beside its quarters
    return True


def _collect(node: ast.expr, factor: float, terms: dict[str, float]) -> None:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            terms[""] += factor * value
        case ast.Name(id=name):
            terms[name] += factor
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _collect(operand, -factor, terms)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            _collect(left, factor, terms)
            _collect(right, factor, terms)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            _collect(left, factor, terms)
            _collect(right, -factor, terms)
        case ast.BinOp(left=ast.Constant(value=int() | float() as value), op=ast.Mult(), right=right):
            _collect(right, factor * value, terms)
        case _:
            raise ExpressionError(ast.unparse(node))
