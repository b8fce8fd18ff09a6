# SPDX-License-Identifier: Apache-2.0
"""Random event patterns, valid and not, and events near them, as texts: numbers are spelled in many
ways, keys occur twice, have dots or are empty. A Pattern knows which shapes of event-ruler's known
faults it has (B1, B4, B5, B7 of facts/event-patterns.md), where its verdicts are not even the same
from run to run: those are not asked about."""
import functools
import ipaddress
import itertools
import json
import random
import re

KEYS = ["a", "b", "c", "v", "z", "A", "a-x", "é", "\uffee", "\U00010000", "prefix"]
RARE_KEYS = ["", "a.b", "v.a", ".", "a.", "..a", "id", "\\", "a\"b"]
INNER_KEYS = ["a", "b", "z", "p", "c"]
WORDS = ["x", "y", "ab", "abc", "aBc", "prod", "dev-1", "é", "ß", "ſ", "\u212a", "k", "K", "İ", "ı",
         "ŉ", "ǰ", "ΐ", "Σ", "ς", "ǅ", "ﬃ", "日本", "\U0001f600", "a\"b", "\"", "a*b", "a\\b", "7",
         "7.0", "null", "true", "\0", "\n", "N", "..", "10.0.0", "aab", "abab", ""]
ADDRESSES = ["10.0.0.1", "10.0.0.01", "10.0.0.9", "10.0.0.15", "192.168.0.255", "255.255.255.255",
             "0.0.0.0", "16.17.18.19", "::", "::1", "2001:db8::1", "2001:0DB8:0:0::1", "1::2:3",
             "::ffff:a00:1", "::ffff:0:0", "0a12::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::",
             "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]
NO_ADDRESSES = ["10.0.0", "10.0.0.1.", "0000000010.0.0.1", "1::2::3", ":1:", "1:2:3:4:5:6:7:8:9",
                "::12345", ":", ":::", "1:", "::g", "::ffff:10.0.0.1"]
NUMBERS = ["0", "-0", "0.0", "0e400", "-0.0e-7", "1", "1.0", "10e-1", "0.1e1", "7", "7.0", "7.5",
           "-1", "-1.5", "-15E-1", "300", "300.0", "3e2", "3.0E+2", "105", "16", "101", "10111213",
           "10111213.5", "0.1", "0.30", "0.00043", "0.94422", "100000000000000000000", "1e20",
           "1e308", "1.7976931348623157e308", "-1.7976931348623157e308", "179769313486231570e291",
           "1.7976931348623159e308", "1e309", "1e400", "-1e400", "4.9e-324", "5e-324", "3e-324",
           "2e-324", "2.2250738585072014e-308", "9007199254740991", "9007199254740992",
           "9007199254740993", "9007199254740992.0", "0.1234567890123456789",
           "12345678901234567890", "123456789012345.6", "0.30000000000000004", "1e-400",
           "0.30000000000000003", "111122223333", "1e99999999999"]
LITERALS = [True, False, None]
HALVES = re.compile("[\ud800-\udfff]")


class Raw(str):
    """JSON that is written as it stands: a number."""


class Pairs(list):
    """An object: (key, value)s, of which keys may be equal."""


def write_string(rng, text):
    """Sometimes with escapes that need not be."""
    if rng is None or rng.random() < 0.9:
        return json.dumps(text, ensure_ascii=rng is not None and rng.random() < 0.2)
    return '"' + "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 and rng.random() < 0.5
                         else json.dumps(c, ensure_ascii=False)[1:-1] for c in text) + '"'


def write(value, rng=None):
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, str):
        return write_string(rng, value)
    if isinstance(value, (Pairs, dict)):
        items = value if isinstance(value, Pairs) else value.items()
        return "{" + ",".join(f"{write_string(rng, k)}:{write(v, rng)}" for k, v in items) + "}"
    if isinstance(value, list):
        return "[" + ",".join(write(v, rng) for v in value) + "]"
    return json.dumps(value)


def read(text):
    """The value a text begins with, or None."""
    decoder = json.JSONDecoder(object_pairs_hook=Pairs, parse_float=Raw, parse_int=Raw,
                               parse_constant=Raw)
    try:
        return decoder.raw_decode(text.lstrip(" \t\r\n"))[0]
    except (ValueError, RecursionError):
        return None


# --- operands ---

def word(rng):
    if rng.random() < 0.5:
        return rng.choice(WORDS)
    return "".join(rng.choice("abABkKs*") for _ in range(rng.randint(1, 4)))


def address(rng):
    return rng.choice(ADDRESSES if rng.random() < 0.85 else NO_ADDRESSES)


def number(rng):
    kind = rng.random()
    if kind < 0.5:
        return Raw(rng.choice(NUMBERS))
    if kind < 0.8:
        return Raw(str(rng.randint(-20, 20)))
    if kind < 0.9:
        return Raw(f"{rng.uniform(-20, 20):.{rng.randint(1, 6)}f}")
    return Raw(f"{rng.randint(1, 10 ** rng.randint(1, 15))}e{rng.randint(-320, 300)}")


def wildcard(rng):
    parts = [word(rng).replace("\\", "\\\\").replace("*", "\\*") for _ in range(rng.randint(1, 4))]
    text = parts[0]
    for part in parts[1:]:
        text += part if text.endswith("*") else "*" + part
    return text


def one_or_more(rng, make):
    if rng.random() < 0.5:
        return make(rng)
    return [make(rng) for _ in range(rng.choice([0, 1, 2, 2, 3]))]


def numeric(rng):
    if rng.random() < 0.35:
        return ["=", number(rng)]
    if rng.random() < 0.5:
        return [rng.choice(["<", "<=", ">", ">="]), number(rng)]
    ends = [number(rng), number(rng)]
    if rng.random() < 0.9:
        ends.sort(key=float)
    return [rng.choice([">", ">="]), ends[0], rng.choice(["<", "<="]), ends[1]]


def cidr(rng):
    text = address(rng)
    most = 127 if ":" in text else 31
    odd = f"0{rng.randint(0, 8)}"
    bits = rng.choice([rng.randint(0, most + 1), 0, most, odd, "+8", "-0", "-1"])
    return f"{text}/{bits}" + ("/" if rng.random() < 0.05 else "")


def folded(make):
    return lambda rng: {"equals-ignore-case": make(rng)}


def anything_but(rng):
    inner = rng.choice([None, None, None, "prefix", "suffix", "equals-ignore-case", "wildcard"])
    if inner is None:
        return one_or_more(rng, rng.choice([word, word, number, address]))
    return {inner: one_or_more(rng, wildcard if inner == "wildcard" else word)}


MATCHERS = {
    "prefix": lambda rng: rng.choice([word, folded(word)])(rng),
    "suffix": lambda rng: rng.choice([word, folded(word)])(rng),
    "equals-ignore-case": word,
    "wildcard": wildcard,
    "numeric": numeric,
    "exists": lambda rng: rng.random() < 0.4,
    "cidr": cidr,
    "anything-but": anything_but,
    "exactly": lambda rng: rng.choice([word, address])(rng),
}
WRONG = [1, None, True, "x", [], {}, [["x"]], ["x", 1], {"prefix": 1}, {"wildcard": "a**"},
         {"exists": True}, {"numeric": ["=", 1]}, "a**b", "\\a", "10.0.0.1", ["="], ["=", "1"],
         [">", 1, "<"], [">", 2, "<", 1], ["!=", 1], "10.0.0.0/33", "/8", ["<", 1, ">", 0]]


def entry(rng):
    """One entry of a list."""
    kind = rng.random()
    if kind < 0.25:
        return word(rng)
    if kind < 0.32:
        return address(rng)
    if kind < 0.42:
        return number(rng)
    if kind < 0.48:
        return rng.choice(LITERALS)
    name = rng.choice(list(MATCHERS))
    return {name: MATCHERS[name](rng)}


def wrong_entry(rng):
    name = rng.choice([*MATCHERS, "Prefix", "contains", ""])
    if rng.random() < 0.15:
        return Pairs([(name, "x"), (rng.choice(list(MATCHERS)), "y")])
    return {name: rng.choice(WRONG)}


# --- patterns ---

class Maker:
    def __init__(self, rng):
        self.rng = rng
        self.wrong = 0.0

    def list(self):
        count = self.rng.choice([1, 1, 1, 2, 2, 3, 5])
        return [wrong_entry(self.rng) if self.rng.random() < self.wrong else entry(self.rng)
                for _ in range(count)]

    def key(self, depth):
        if self.rng.random() < 0.06:
            return self.rng.choice(RARE_KEYS)
        return self.rng.choice(INNER_KEYS if depth else KEYS)

    def object(self, depth=0):
        fields = Pairs()
        for _ in range(self.rng.choice([1, 1, 2, 2, 3])):
            nest = self.rng.random() < (0.45 if depth < 3 else 0)
            fields.append((self.key(depth), self.object(depth + 1) if nest else self.list()))
        if depth < 3 and self.rng.random() < 0.18:
            few = self.rng.random() < self.wrong
            branches = [self.object(depth + 1) for _ in range(1 if few else 2 + depth % 2)]
            fields.insert(self.rng.randint(0, len(fields)), ("$or", branches))
        return fields


def damage(rng, text):
    """A character less, more, or another."""
    at = rng.randrange(len(text))
    return rng.choice([text[:at] + text[at + 1:], text[:at],
                       text[:at] + rng.choice("{}[]\",:0.e-tn \\\x01") + text[at:],
                       text[:at] + rng.choice("{}[]\",:019") + text[at + 1:],
                       text + rng.choice([" x", "}", "{}", "\x01"])])


def expand(tree):
    """[path -> list]: the combinations of `$or`, as the facts tell (§4)."""
    return [dict(rule) for rule in _expand(tree, "", [{}])]


def _expand(tree, base, rules):
    for key, value in tree:
        if key == "$or":
            rules = [rule for branch in value for rule in _expand(branch, base, rules)]
            continue
        path = f"{base}.{key}" if base else key
        if isinstance(value, Pairs):
            rules = _expand(value, path, rules)
        else:
            rules = [{**rule, path: value} for rule in rules]
    return rules


def normal(item):
    """Entries that the engine may hold for the same one are equal here."""
    if isinstance(item, (dict, Pairs)):
        pairs = dict(item)
        if "exactly" in pairs:
            return normal(pairs["exactly"])
        if isinstance(pairs.get("numeric"), list) and pairs["numeric"][:1] == ["="]:
            return normal(pairs["numeric"][-1])
        return json.dumps(sorted((k, normal(v)) for k, v in pairs.items()))
    if isinstance(item, Raw):
        return float(item)
    if isinstance(item, list):
        return json.dumps(sorted(str(normal(i)) for i in item))
    if isinstance(item, str):
        try:
            return str(ipaddress.ip_address(item))
        except ValueError:
            return json.dumps(item)
    return json.dumps(item)


def inner_operators(item):
    """(operator, operand) of an entry, those inside another one too."""
    if not isinstance(item, (dict, Pairs)):
        return []
    pairs = dict(item)
    return [pair for name, operand in pairs.items()
            for pair in [(name, operand), *inner_operators(operand)]]


def stars_first(operand):
    operands = operand if isinstance(operand, list) else [operand]
    return any(isinstance(o, str) and o.startswith("*") for o in operands)


class Pattern:
    def __init__(self, text):
        self.text = text
        tree = read(text)
        self.rules = []
        try:
            if isinstance(tree, Pairs):
                self.rules = expand(tree)
        except (TypeError, ValueError):
            self.rules = []  # no pattern at all
        self.lists = {}
        for rule in self.rules:
            for path, entries in rule.items():
                if isinstance(entries, list):
                    self.lists.setdefault(path, []).append(entries)

    def operators(self):
        return {name for lists in self.lists.values() for entries in lists for item in entries
                for name, _ in inner_operators(item)}

    @functools.cached_property
    def faulty(self):
        """Which known fault of the engine its shape may meet, or None."""
        try:
            if any(HALVES.search(text) for text in [*self.lists, *map(write, self.lists.values())]):
                return "half of a surrogate pair"
            if self._lost_branch():
                return "B1"
            for lists in self.lists.values():
                found = self._disturbed(lists)
                if found:
                    return found
        except (AttributeError, LookupError, TypeError, ValueError):
            pass  # no valid pattern
        return None

    def _lost_branch(self):
        rules = [{path: {normal(e) for e in entries} for path, entries in rule.items()}
                 for rule in self.rules]
        return any(a.keys() == b.keys() and all(a[path] & b[path] for path in a)
                   for a, b in itertools.combinations(rules, 2))

    def _disturbed(self, lists):
        entries = [e for one in lists for e in one]
        pairs = [pair for e in entries for pair in inner_operators(e)]
        folds = any(name == "equals-ignore-case" for name, _ in pairs)
        if folds and any(name == "wildcard" and stars_first(o) for name, o in pairs):
            return "B4"
        exact = sum(not isinstance(e, (dict, Pairs)) or "exactly" in dict(e) for e in entries)
        addresses = any(name == "cidr" for name, _ in pairs) or \
            any(isinstance(e, str) and e in ADDRESSES for e in entries)
        if addresses and any(isinstance(e, Raw) for e in entries):
            return "a number loses its text to the digits of an address behind it"
        below = any(name == "numeric" and isinstance(o, list) and
                    (o[0] in ("<", "<=") or float(o[1]) < 0) for name, o in pairs)
        return "B7" if below and exact and (exact > 1 or len(lists) > 1) else None


def patterns(rng):
    """Pattern after Pattern, without end."""
    while True:
        maker = Maker(rng)
        kind = rng.random()
        maker.wrong = 0.3 if kind < 0.1 else 0.0
        text = write(maker.object(), rng)
        if kind > 0.93:
            text = damage(rng, text)
        pattern = Pattern(text)
        if not pattern.faulty:
            yield pattern


# --- events ---

def near_string(rng, text):
    return rng.choice([text, text, text, text + "x", "x" + text, text[:-1], text[1:], text.upper(),
                       text.lower(), text.swapcase(), text + text, text + '"', text[:1] + "x"])


def near_number(rng, text):
    value = float(text)
    if value in (float("inf"), float("-inf")) or abs(value) > 1e15 or 0 < abs(value) < 1e-6:
        return Raw(rng.choice([text, text, "7", "0"]))
    return Raw(rng.choice([text, text, repr(value), f"{value:.1f}", f"{value:.3e}",
                           f"{value + 1:.6g}", f"{value - 1:.6g}", f"{value + 0.001:.9g}",
                           f"{-value:.9g}"]))


def fill(rng, text):
    """A text that the wildcard takes, more or less."""
    result, at = "", 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
            result += text[at]
        elif text[at] == "*":
            result += rng.choice(["", "a", "x*", "abab", '"', "日"])
        else:
            result += text[at]
        at += 1
    return result


def near_cidr(rng, text):
    try:
        network = ipaddress.ip_network(text.rstrip("/"), strict=False)
    except ValueError:
        return rng.choice(ADDRESSES)
    low, high = int(network[0]), int(network[-1])
    value = rng.choice([low, high, low - 1, high + 1, rng.randint(low, high)])
    make = ipaddress.IPv6Address if network.version == 6 else ipaddress.IPv4Address
    return str(make(value % (1 << network.max_prefixlen)))


def near(rng, item):
    """A value that an entry takes, or nearly."""
    if isinstance(item, Raw):
        return near_number(rng, item)
    if isinstance(item, str):
        return near_string(rng, item)
    if isinstance(item, (dict, Pairs)) and item:
        name, operand = rng.choice(list(dict(item).items()))
        if name == "cidr" and isinstance(operand, str):
            return near_cidr(rng, operand)
        if name == "wildcard" and isinstance(operand, str):
            return fill(rng, operand)
        return near(rng, operand)
    if isinstance(item, list) and item:
        return near(rng, rng.choice(item))
    return item if item in LITERALS else "x"


def leaf(rng, entries):
    kind = rng.random()
    if kind < 0.7 and entries:
        return near(rng, rng.choice(entries))
    if kind < 0.76:
        return near_string(rng, rng.choice(WORDS))
    if kind < 0.82:
        return number(rng)
    if kind < 0.87:
        return rng.choice(ADDRESSES)
    return rng.choice([None, True, False, [], {}, [{}], "7", Raw("7"), Raw("105")])


class Node:
    """Keys below, and the lists of the paths that end here."""

    def __init__(self):
        self.keys, self.entries = {}, None


def node_of(rule):
    root = Node()
    for path, entries in rule.items():
        at = root
        for step in path.split("."):
            at = at.keys.setdefault(step, Node())
        at.entries = entries if isinstance(entries, list) else []
    return root


def value_of(rng, node):
    if node.keys and (node.entries is None or rng.random() < 0.5):
        kind = rng.random()
        if kind < 0.45:
            return object_of(rng, node)
        items = [object_of(rng, node) for _ in range(rng.choice([0, 1, 2, 2, 3]))]
        if node.entries and rng.random() < 0.5:
            items.insert(0, leaf(rng, node.entries))
        if kind < 0.9:
            return items
        return [items, [object_of(rng, node)]]
    if rng.random() < 0.2:
        values = [leaf(rng, node.entries) for _ in range(rng.randint(0, 3))]
        return values if rng.random() < 0.8 else [values]
    return leaf(rng, node.entries)


def object_of(rng, node):
    fields = Pairs()
    for key, below in node.keys.items():
        if rng.random() < 0.15:
            continue
        if below.keys and rng.random() < 0.08:
            dotted, inner = rng.choice(list(below.keys.items()))
            fields.append((f"{key}.{dotted}", value_of(rng, inner)))
            continue
        fields.append((key, value_of(rng, below)))
        if rng.random() < 0.03:
            fields.append((key, value_of(rng, below)))
    if rng.random() < 0.2:
        fields.append((rng.choice(KEYS), leaf(rng, [])))
    if rng.random() < 0.3:
        rng.shuffle(fields)
    return fields


def elements_of(value, path, inside, leaves, counter):
    """path -> the elements (array, index) that each of its values stands in, from the outside in,
    as the facts tell (§2)."""
    if isinstance(value, Pairs):
        for key, below in value:
            elements_of(below, [*path, key], inside, leaves, counter)
    elif isinstance(value, list):
        array = next(counter)
        for index, item in enumerate(value):
            within = (*inside, (array, index)) if isinstance(item, (list, dict)) else inside
            elements_of(item, path, within, leaves, counter)
    elif not isinstance(value, dict):
        leaves.setdefault(".".join(path), set()).add(inside)


def inside_and_outside(event):
    """B5: a path with a value in an array, and another neither in it nor in another element."""
    leaves = {}
    elements_of(event, [], (), leaves, itertools.count())
    return any(_apart(*pair) for places in leaves.values()
               for pair in itertools.combinations(places, 2))


def _apart(one, other):
    for (array, index), (array_too, index_too) in zip(one, other):
        if array != array_too:
            return True
        if index != index_too:
            return False
    return True


def event(rng, pattern):
    """The text of an event near the pattern that does not meet B5."""
    while True:
        rule = rng.choice(pattern.rules) if pattern.rules else {}
        made = object_of(rng, node_of(rule))
        if not inside_and_outside(made):
            return write(made, rng)


def main():
    """Shows some."""
    rng = random.Random(1)
    for pattern in itertools.islice(patterns(rng), 10):
        print(pattern.text, *(event(rng, pattern) for _ in range(3)), sep="\n   ")


if __name__ == "__main__":
    main()
