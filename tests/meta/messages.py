#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every message has its Japanese: what is given to the functions of base/diag.h as a format or a
word, in any file of the compiler, is a row of base/japanese_*.def, and every row is of use. A row
has the conversions of its message, each of the same type, and the same words in backticks.

What is given is followed to where it is written: through `?:`, variables, parameters of functions
that pass them on, what functions return, and arrays. What stands in a table of structures is
marked there: DIAG_TEXT("...").

usage: messages.py [--build DIR] [--list | --missing [PATH]]        prints TAP
  --list     the messages, each with its first place
  --missing  rows to be translated, for files whose name contains PATH
"""
import argparse
import collections
import functools
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# function -> which of its arguments is a message
ROOTS = {"diag_error": 3, "diag_warning": 3, "diag_info": 3, "diag_lint": 5, "diag_world": 1,
         "diag_bug": 2, "diag_config": 3, "diag_note": 1, "diag_help": 1,
         "diag_witness": 1, "diag_label": 2,
         "diag_word": 1, "diag_piece": 1, "diag_say": 1, "DIAG_TEXT": 0}

# Where a message is kept as a reason that others show, through diag_word(): what is an argument of
# a function `f:index`, assigned to `name=`, or returned by `f()`; and the names of tokens.
KEPT = {
    "compiler/base/file_input.c": ("open_path()", "read_packed()", "read_part()"),
    "compiler/base/gunzip.c": ("step()", "gunzip_some()", "why="),
    "compiler/base/json_escape.c": ("bad:1",),
    "compiler/base/json_parse.c": ("json_fail:3",),
    "compiler/base/json_scan.c": ("fail:2", "fail_here:2", "json_scan_fail:2", "why="),
    "compiler/base/json_scan_named.c": ("json_scan_fail:2",),
    "compiler/eval/match_address.c": ("match_address_cidr()",),
    "compiler/eval/match_compile.c": ("match_fail:1", "why="),
    "compiler/eval/match_event.c": ("match_fail:1", "why="),
    "compiler/eval/match_list.c": ("match_fail:1", "fail_late:2", "expect:2", "why="),
    "compiler/eval/match_token.c": ("error_at:2",),
    "compiler/finding/image_scan_cyclonedx.c": ("why=",),
    "compiler/finding/image_scan_inspector.c": ("why=",),
    "compiler/finding/input.c": ("fail_reading:2", "input_fail:3"),
    "compiler/finding/input_json.c": ("input_fail:3", "why=", "broken="),
    "compiler/finding/reader_document.c": ("note:2",),
    "compiler/finding/reader_report.c": ("why=",),
    "compiler/model/assumption.def": ("ASSUMPTION:1", "EXPERIMENTAL:1"),
    "compiler/syntax/parse_expect.c": ("GROUP:1",),
    "grammar/vpol.y": ("%token",),
}

# What stands for a conversion as it is: words of the policy language, keys, names of files.
NAMES = {"buckets", "channels", "cve in [CVE-…]", "define", "let", "manifest.json", "record",
         "state-machine"}

# Tables that mark messages, or are named above.
TABLES = ("assumption.def", "limit.def")

# What cannot be looked into, and makes messages of what was looked at elsewhere.
OPAQUE = ("str_cstr", "str_from", "struct", "yysymbol_name")

TOKEN = re.compile(r"""
    (?P<skip>\s+|/\*.*?\*/|//[^\n]*)
  | (?P<directive>^[ \t]*\#(?:\\\n|[^\n])*)
  | (?P<string>"(?:\\.|[^"\\])*")
  | (?P<char>'(?:\\.|[^'\\])*')
  | (?P<name>[A-Za-z_]\w*)
  | (?P<number>\.?\d[\w.]*)
  | (?P<mark>->|\+\+|--|<<=|>>=|[-+*/%&|^=!<>]=|&&|\|\||<<|>>|\.\.\.|.)
""", re.X | re.S | re.M)
DEFINE = re.compile(r'#\s*define\s+(\w+)\s+((?:\w+\s+)*"(?:\\.|[^"\\])*".*)', re.S)
CONVERSION = re.compile(r"%(?:(?P<place>\d+)\$)?[-+ #0]*(?P<width>\*(?:(?P<width_at>\d+)\$)?|\d+)?"
                        r"(?:\.(?P<precision>\*(?:(?P<precision_at>\d+)\$)?|\d*))?"
                        r"(?P<type>(?:hh|h|ll|l|z|j|t)?[a-zA-Z%])")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "e": "\033"}
OPEN, CLOSE = set("([{"), set(")]}")


def tokens_of(text):
    """[(kind, text, line)], without comments."""
    found, line = [], 1
    for match in TOKEN.finditer(text):
        if match.lastgroup != "skip":
            found.append((match.lastgroup, match[0], line))
        line += match[0].count("\n")
    return found


def value_of(literal):
    return re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[1]), literal[1:-1])


class Function:
    def __init__(self, unit, name, static, parameters, body):
        self.unit, self.name, self.static = unit, name, static
        self.parameters, self.body = parameters, body


class Unit:
    """A file: its tokens, with macros for literals expanded, and its functions."""

    def __init__(self, path, macros):
        self.shown = path.relative_to(ROOT).as_posix()
        self.macros = dict(macros)
        self.tokens = []
        for kind, text, line in tokens_of(path.read_text("utf-8")):
            if kind == "directive":
                self.define(text)
            else:
                self.add(kind, text, line)
        self.functions = list(self.find_functions())

    def define(self, directive):
        found = DEFINE.match(directive.strip().replace("\\\n", " "))
        if found:
            self.macros[found[1]] = [(kind, text) for kind, text, _ in tokens_of(found[2])]

    def add(self, kind, text, line):
        if kind == "name" and text in self.macros:
            for inner_kind, inner in self.macros[text]:
                self.add(inner_kind, inner, line)
        else:
            self.tokens.append((kind, text, line))

    def find_functions(self):
        """What looks like `name(parameters) {` outside of all braces."""
        depth, start = 0, 0
        for at, (kind, text, _) in enumerate(self.tokens):
            if depth == 0 and text in (";", "}"):
                start = at + 1
            if text == "{" and kind == "mark":
                if depth == 0 and at and self.tokens[at - 1][1] == ")":
                    yield self.function_at(start, at)
                depth += 1
            elif text == "}" and kind == "mark":
                depth -= 1
                if depth == 0:
                    start = at + 1

    def function_around(self, at):
        line = self.tokens[at][2]
        return next((f for f in self.functions
                     if f.body and f.body[0][2] <= line <= f.body[-1][2]), None)

    def function_at(self, start, brace):
        opened = matching(self.tokens, brace - 1, -1)
        inside = self.tokens[opened + 1:brace - 1]
        parameters = [[t for k, t, _ in part if k == "name"] for part in split(inside, ",")]
        closed = matching(self.tokens, brace, 1)
        head = [text for _, text, _ in self.tokens[start:opened]]
        return Function(self, head[-1] if head else "", "static" in head,
                        [names[-1] if names else "" for names in parameters],
                        self.tokens[brace + 1:closed])


def matching(tokens, at, step):
    """The place of the bracket that belongs to the one at `at`."""
    depth = 0
    while 0 <= at < len(tokens):
        kind, text, _ = tokens[at]
        if kind == "mark" and text in OPEN | CLOSE:
            depth += 1 if (text in OPEN) == (step > 0) else -1
            if depth == 0:
                return at
        at += step
    return at


def split(tokens, mark):
    """The parts between marks that stand in no brackets, up to one that closes what is around."""
    parts, depth = [[]], 0
    for token in tokens:
        kind, text, _ = token
        if kind == "mark":
            depth += (text in OPEN) - (text in CLOSE)
        if depth < 0:
            break
        if kind == "mark" and text == mark and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def arms(tokens):
    """a ? b : c -> [b, c], and so on inside; without `?` the expression itself."""
    depth = 0
    for at, (kind, text, _) in enumerate(tokens):
        if kind != "mark":
            continue
        depth += (text in OPEN) - (text in CLOSE)
        if text != "?" or depth:
            continue
        level, inside = 0, 0
        for colon in range(at + 1, len(tokens)):
            kind, text, _ = tokens[colon]
            if kind != "mark":
                continue
            inside += (text in OPEN) - (text in CLOSE)
            if inside == 0 and text == "?":
                level += 1
            elif inside == 0 and text == ":":
                if level == 0:
                    return arms(tokens[at + 1:colon]) + arms(tokens[colon + 1:])
                level -= 1
    if tokens and tokens[0][1] == "(" and matching(tokens, 0, 1) == len(tokens) - 1:
        return arms(tokens[1:-1])
    return [tokens]


class Messages:
    def __init__(self, units):
        self.units = units
        self.found = collections.OrderedDict()  # message -> where it stands first
        self.files = collections.defaultdict(set)  # message -> the files that say it
        self.unknown = []
        self.fillings = []  # literals that stand for a conversion, and where
        self.passing = {}  # (file, or None for all, function) -> index
        self.seen = set()
        self.work = [(name, index, None) for name, index in ROOTS.items()]
        for unit in units:
            for item in KEPT.get(unit.shown, ()):
                self.keep(unit, item)
        while self.work:
            self.follow(*self.work.pop())

    def keep(self, unit, item):
        if item == "%token":
            lines = {line for _, text, line in unit.tokens if text == "token"}
            for kind, text, line in unit.tokens:
                if kind == "string" and line in lines:
                    self.take(unit, None, [(kind, text, line)])
        elif item.endswith("()"):
            self.returned(unit, item[:-2])
        elif item.endswith("="):
            for at, (_, text, _) in enumerate(unit.tokens[:-1]):
                if text == item[:-1] and unit.tokens[at + 1][1] == "=":
                    self.take_value(unit, unit.function_around(at), unit.tokens[at + 2:])
        else:
            self.work.append((item.split(":")[0], int(item.split(":")[1]), unit))

    def follow(self, name, index, only):
        """All calls of a function that takes a message."""
        for unit in self.units:
            if only and unit is not only:
                continue
            local = any(f.name == name and f.static for f in unit.functions)
            if only is None and name not in ROOTS and local:
                continue
            for at, (_, text, _) in enumerate(unit.tokens[:-1]):
                if text == name and unit.tokens[at + 1][1] == "(":
                    self.call(unit, at, index)

    def call(self, unit, at, index):
        function = unit.function_around(at)
        closed = matching(unit.tokens, at + 1, 1)
        arguments = split(unit.tokens[at + 2:closed], ",")
        if not function and unit.tokens[at][1] != "DIAG_TEXT" and unit.shown.endswith(".c"):
            return  # a declaration
        if index < len(arguments):
            for arm in arms(arguments[index]):
                self.take(unit, function, arm)
            for arm in (arm for argument in arguments[index + 1:] for arm in arms(argument)):
                if {kind for kind, _, _ in arm} == {"string"} and unit.shown.endswith(".c"):
                    self.fillings.append(("".join(value_of(text) for _, text, _ in arm),
                                          f"{unit.shown}:{arm[0][2]}"))

    def take(self, unit, function, tokens):
        kinds = {kind for kind, _, _ in tokens}
        if not tokens or [t for _, t, _ in tokens] in (["NULL"], ["0"]):
            return
        if kinds == {"string"}:
            message = "".join(value_of(text) for _, text, _ in tokens)
            self.found.setdefault(message, f"{unit.shown}:{tokens[0][2]}")
            self.files[message].add(unit.shown)
        elif not self.resolve(unit, function, tokens):
            self.unknown.append(f"{unit.shown}:{tokens[0][2]}: " +
                                " ".join(text for _, text, _ in tokens))

    def once(self, *what):
        if what in self.seen:
            return False
        self.seen.add(what)
        return True

    def resolve(self, unit, function, tokens):
        """A name, `array[...]` or `function(...)`."""
        name = tokens[0][1]
        rest = tokens[1:]
        if name == "(" or name in OPAQUE or name in ROOTS:
            return True
        if tokens[0][0] != "name":
            return False
        while rest and rest[0][1] == "[" and matching(rest, 0, 1) < len(rest) - 1 and \
                rest[matching(rest, 0, 1) + 1][1] == "[":
            rest = rest[matching(rest, 0, 1) + 1:]
        if rest and (rest[0][1] not in "[(" or matching(rest, 0, 1) != len(rest) - 1):
            self.member(unit, tokens)
            return any(text in ("->", ".") for _, text, _ in rest)
        if rest and rest[0][1] == "(":
            return self.returned(unit, name)
        if function and name in function.parameters and not rest:
            index = function.parameters.index(name)
            only = unit if function.static else None
            if self.once("passes", function.name, index, only):
                self.work.append((function.name, index, only))
            return True
        return self.assigned(unit, function, name) or name == "why"  # see KEPT

    def returned(self, unit, name):
        found = self.functions_called(unit, name)
        for function in found:
            if not self.once("returns", function):
                continue
            for part in split_statements(function.body):
                if part and part[0][1] == "return":
                    for arm in arms(part[1:]):
                        self.take(function.unit, function, arm)
        return bool(found)

    def member(self, unit, tokens):
        """What is assigned to a member in the file; a table's messages are marked there."""
        name = tokens[-1][1]
        for at, (_, text, _) in enumerate(unit.tokens):
            if text == name and unit.tokens[at - 1][1] in ("->", ".") and \
                    unit.tokens[at + 1][1] == "=" and self.once("member", unit, at):
                self.take_value(unit, unit.function_around(at), unit.tokens[at + 2:])

    def given(self, unit, function, name):
        """`f(&name)`: what f assigns to it."""
        some = False
        for at, (_, text, _) in enumerate(function.body):
            if text != name or function.body[at - 1][1] != "&":
                continue
            opened, depth = at, 0
            while opened >= 0 and depth <= 0 and function.body[opened][1] not in ";{}":
                opened -= 1
                depth += (function.body[opened][1] in OPEN) - (function.body[opened][1] in CLOSE)
            called = function.body[opened - 1][1] if depth > 0 and opened else None
            index = len(split(function.body[opened + 1:at], ",")) - 1
            for f in self.functions_called(unit, called):
                if index < len(f.parameters):
                    some |= self.assigned(f.unit, f, f.parameters[index])
        return some

    def functions_called(self, unit, name):
        return [f for f in unit.functions if f.name == name] or [
            f for other in self.units for f in other.functions if f.name == name and not f.static]

    def assigned(self, unit, function, name):
        """`name = ...`, in this function or outside of all."""
        some = function is not None and self.once("given", id(function), name) and \
            self.given(unit, function, name)
        for tokens in ([function.body] if function else []) + [unit.tokens]:
            for at, (_, text, _) in enumerate(tokens):
                if text != name or tokens[at - 1][1] in ("->", "."):
                    continue
                if tokens is unit.tokens and unit.function_around(at):
                    continue
                start = at + 1
                while start < len(tokens) and tokens[start][1] == "[":
                    start = matching(tokens, start, 1) + 1
                if start >= len(tokens) or tokens[start][1] != "=":
                    continue
                some = True
                if self.once("assigned", unit, id(function), name, at):
                    self.take_value(unit, function, tokens[start + 1:])
            if some:
                return True
        return some

    def take_value(self, unit, function, tokens):
        if tokens[0][1] == "{":
            for part in split(tokens[1:matching(tokens, 0, 1)], ","):
                if any(text == "=" for _, text, _ in part):
                    part = split(part, "=")[-1]
                if part and part[0][1] == "{":
                    self.take_value(unit, function, part)
                    continue
                for arm in arms(part):
                    self.take(unit, function, arm)
            return
        value = split(split(tokens, ";")[0], ",")[0]
        for arm in arms(value):
            self.take(unit, function, arm)


def split_statements(tokens):
    part = []
    for token in tokens:
        if token[0] == "mark" and token[1] in ";{}:" and not (token[1] == ":" and part and
                                                             part[0][1] == "return"):
            yield part
            part = []
        elif token[1] == "return" and token[0] == "name":
            part = [token]
        else:
            part.append(token)


def needs_row(message):
    """Whether there is a word of ours in it: outside of backticks, and no conversion."""
    return re.search(r"[A-Za-z]", re.sub(r"`[^`]*`", "", CONVERSION.sub("", message))) is not None


def conversions(message):
    """index -> type; raises ValueError when some have a place and some have none."""
    types, counted, placed = {}, 0, False
    for found in CONVERSION.finditer(message):
        if found["type"] == "%":
            continue
        for star, place, kind in ((found["width"], found["width_at"], "*"),
                                  (found["precision"], found["precision_at"], "*"),
                                  ("*", found["place"], found["type"])):
            if not (star or "").startswith("*"):
                continue
            placed |= place is not None
            counted += 1
            types[int(place) if place else counted] = kind
            if placed and place is None:
                raise ValueError("conversions with and without a place")
    return types


def compare(message, japanese):
    """What is wrong with a row, or None."""
    try:
        if conversions(message) != conversions(japanese):
            return "the conversions differ"
    except ValueError as error:
        return str(error)
    if sorted(quoted(message)) != sorted(quoted(japanese)):
        return "the words in backticks differ"
    if japanese.isascii():
        return "is not Japanese"
    if japanese.endswith("。"):
        return "ends with a period"
    return None


def quoted(message):
    return [CONVERSION.sub("%", part) for part in re.findall(r"`[^`]*`", message)]


def read_rows():
    """[(message, japanese, place)]"""
    rows = []
    for path in sorted((ROOT / "compiler/base").glob("japanese_*.def")):
        tokens = [t for t in tokens_of(path.read_text("utf-8")) if t[0] != "directive"]
        for at, (_, text, line) in enumerate(tokens):
            if text != "MESSAGE":
                continue
            parts = split(tokens[at + 2:matching(tokens, at + 1, 1)], ",")
            rows.append(tuple("".join(value_of(t) for _, t, _ in part) for part in parts[:2]) +
                        (f"{path.name}:{line}",))
    return rows


@functools.lru_cache(maxsize=None)
def read_messages():
    macros = {"STR_FMT": [("string", '"%.*s"')]}
    paths = [path for folder in ("compiler", "grammar")
             for path in sorted((ROOT / folder).rglob("*"))
             if path.suffix in (".c", ".y", ".l") or path.name in TABLES]
    headers = [path for path in sorted((ROOT / "compiler").rglob("*.h"))]
    for path in headers:
        for kind, text, _ in tokens_of(path.read_text("utf-8")):
            found = DEFINE.match(text.strip()) if kind == "directive" else None
            if found and re.fullmatch(r'"(?:\\.|[^"\\])*"', found[2].strip()):
                macros[found[1]] = [("string", found[2].strip())]
    return Messages([Unit(path, macros) for path in paths])


def without_row():
    rows = {row[0] for row in read_rows()}
    for message, place in read_messages().found.items():
        if needs_row(message) and message not in rows:
            yield f"{place}: {message!r}"


def of_no_use():
    messages = read_messages().found
    for message, _, place in read_rows():
        if message not in messages:
            yield f"{place}: {message!r}"


def twice():
    first = {}
    for message, _, place in read_rows():
        if message in first:
            yield f"{place}: {message!r} stands in {first[message]}, too"
        first[message] = place


def wrong_rows():
    for message, japanese, place in read_rows():
        wrong = compare(message, japanese)
        if wrong:
            yield f"{place}: {message!r}: {wrong}"


def out_of_reach():
    yield from read_messages().unknown


def filled_with_english():
    messages = read_messages()
    for text, place in messages.fillings:
        if needs_row(text) and text not in messages.found and text not in NAMES:
            yield f"{place}: {text!r}: diag_word(), or another sentence"


CHECKS = (("every message has its row", without_row), ("every row is of use", of_no_use),
          ("no message has two rows", twice), ("rows say what their messages say", wrong_rows),
          ("every message can be followed to where it is written", out_of_reach),
          ("no message is filled with English", filled_with_english))


def print_missing(part):
    rows = {row[0] for row in read_rows()}
    messages, last = read_messages(), None
    wanted = [(place.split(":")[0], int(place.split(":")[1]), message)
              for message, place in messages.found.items()
              if part in place and needs_row(message) and message not in rows]
    for path, _, message in sorted(wanted):
        if path != last:
            print(f"\n/* {path} */")
            last = path
        text = message.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        print(f'MESSAGE("{text}",\n\t"")')


def main():
    parser = argparse.ArgumentParser(description="Every message has its Japanese.")
    parser.add_argument("--build", default="build/release", help="the folder to test")
    parser.add_argument("--list", action="store_true", help="show the messages")
    parser.add_argument("--missing", nargs="?", const="", help="show rows to be translated")
    arguments = parser.parse_args()
    if arguments.missing is not None:
        print_missing(arguments.missing)
        return 0
    if arguments.list:
        for message, place in read_messages().found.items():
            print(f"{place}: {message!r}")
        return 0
    failures = 0
    for number, (name, check) in enumerate(CHECKS, 1):
        breaks = list(check())
        failures += bool(breaks)
        print(f"{'not ok' if breaks else 'ok'} {number} - {name}")
        for line in breaks:
            print(f"# {line}")
    print(f"1..{len(CHECKS)}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
