# SPDX-License-Identifier: Apache-2.0
"""Reads an event pattern as far as making findings for it needs: its branches, the conditions of
each, and values that a condition takes. What a pattern means is event-ruler's to say."""
import itertools

FINDING = "detail.findings."


def branches(node, prefix=""):
    """The pattern as an `or` of {place: [matchers]}."""
    parts = []
    for key, value in node.items():
        if key == "$or":
            parts.append([b for item in value for b in branches(item, prefix)])
        elif isinstance(value, dict):
            parts.append(branches(value, f"{prefix}{key}."))
        else:
            parts.append([{prefix + key: value}])
    return [{place: matchers for part in choice for place, matchers in part.items()}
            for choice in itertools.product(*parts)]


def in_finding(branch):
    return {place.removeprefix(FINDING): matchers for place, matchers in branch.items()
            if place.startswith(FINDING)}


def _texts(operand):
    return operand if isinstance(operand, list) else [operand]


def _fill(wildcard, text):
    """A text that a wildcard takes: its stars filled, its escapes undone."""
    out, i = "", 0
    while i < len(wildcard):
        if wildcard[i] == "\\" and i + 1 < len(wildcard):
            out += wildcard[i + 1]
            i += 2
            continue
        out += text if wildcard[i] == "*" else wildcard[i]
        i += 1
    return out


def _operator(matcher):
    return next(iter(matcher.items())) if isinstance(matcher, dict) else ("equals", matcher)


def operands(matchers):
    """What the matchers name: texts and numbers at which verdicts change."""
    found = []
    for matcher in matchers:
        operator, operand = _operator(matcher)
        while isinstance(operand, dict):
            operator, operand = next(iter(operand.items()))
        if operator == "exists":
            continue
        if operator == "numeric":
            found += [n for n in operand if not isinstance(n, str)]
        elif operator == "wildcard":
            found += [_fill(text, fill) for text in _texts(operand) for fill in ("", "y")]
        else:
            found += _texts(operand)
    return found


def accepted(matchers, usual):
    """Values that the matchers should take, the likeliest first; None is absence. `usual`: what
    may stand there when anything may."""
    found = []
    for matcher in matchers:
        operator, operand = _operator(matcher)
        if operator == "equals":
            found.append(operand)
        elif operator == "prefix":
            found += [operand + "1.x", operand]
        elif operator == "suffix":
            found += ["x" + operand, operand]
        elif operator == "wildcard":
            found += [_fill(operand, "x"), _fill(operand, "")]
        elif operator == "numeric":
            found += _in_range(operand)
        elif operator == "exists":
            found.append(usual if operand else None)
        else:
            found += [value for value in (usual, "another") if not _excluded(operand, value)]
    return found


def _excluded(operand, value):
    """Does an anything-but with this operand refuse the value?"""
    operator, texts = ("equals", operand) if not isinstance(operand, dict) else _operator(operand)
    compare = {"equals": value.__eq__, "prefix": value.startswith, "suffix": value.endswith}
    if operator == "wildcard":
        return any(text.strip("*") in value for text in _texts(texts))
    return any(compare[operator](text) for text in _texts(texts))


def _in_range(numeric):
    bounds = dict(zip(numeric[::2], numeric[1::2]))
    if "=" in bounds:
        return [bounds["="]]
    low = bounds.get(">=", bounds.get(">", 0))
    high = bounds.get("<=", bounds.get("<", low + 1))
    return [(low + high) / 2, high, low]
