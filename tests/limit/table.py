# SPDX-License-Identifier: Apache-2.0
"""Every limit of our own: what stands exactly at it, and one beyond. A row of `vulnctl list limits`
without an entry here is a failure, so a new limit brings its test.

An entry is a function n -> files, the policy being policy.vpol, with the message that must come for
n + 1. A limit that can be reached in another way too has an entry LIMIT/HOW for it. Where a limit
cannot be seen from outside, ELSEWHERE names the test that sees it."""
import dataclasses

EDITION = b"edition 1;\n"
MIB = 1 << 20


@dataclasses.dataclass
class Entry:
    files: object  # n -> {name: bytes or chunks}
    message: str  # stands in the refusal of n + 1; `{n}` is the limit
    exit: int = 2
    accepted: int = 0  # exit code at n: not 0 where n of the thing is only possible in a wrong file
    located: bool = True


ELSEWHERE = {  # a file, and what stands where it tests the limit
    "document-size": ("tests/unit/test_input.c", "a document of the greatest size"),
    "diagram-nodes": ("tests/unit/test_diagram.c", "small budgets run out"),
    "automaton-states": ("tests/unit/test_lang.c", "test_exhaustion"),
    "json-nesting": ("tests/unit/test_json.c", "parse at depth 64"),
    "diagnostic-size": ("tests/unit/test_diag.c", "2048"),
}


def one(data):
    """A policy of one file."""
    return {"policy.vpol": data}


def let(value):
    return one(EDITION + b"let a = " + value + b";\n")


def padded(size, head):
    """A file of exactly that size: comments of 1 MiB, so that no line is out of the ordinary."""
    left = size - len(head)
    yield head
    while left:
        line = min(left, MIB)
        yield b"#" * (line - 1) + b"\n"
        left -= line


def file_size(n):
    return one(padded(n, EDITION))


def source_size(n):
    first = EDITION + b'use "b.vpol";\n'
    half = n // 2
    return {"policy.vpol": padded(half, first), "b.vpol": padded(n - half, EDITION)}


def source_files(n):
    uses = b"".join(b'use "f%d.vpol";\n' % i for i in range(1, n))
    files = {f"f{i}.vpol": EDITION for i in range(1, n)}
    return {"policy.vpol": EDITION + uses, **files}


def use_depth(n):
    """n files that are used, each by the one before."""
    names = ["policy.vpol"] + [f"f{i}.vpol" for i in range(1, n + 1)]
    files = {name: EDITION + b'use "%s";\n' % after.encode()
             for name, after in zip(names, names[1:])}
    return {**files, names[-1]: EDITION}


def tokens(n):
    """A wrong statement is skipped to its end, so ten million tokens need no tree."""
    head, tail = EDITION + b"let a = 1 ", b";\n"
    count = 3 + 4 + 1
    return one([head, b"1 " * (n - count), tail])


def prose(n):
    """Three strings, each of which may be as long."""
    parts = (n // 3, n // 3, n - 2 * (n // 3))
    texts = b" ".join(b'"' + b"x" * part + b'"' for part in parts)
    return one(EDITION + b'policy "p" { description ' + texts + b"; }\n")


def statement_name(n):
    return one(EDITION + b'assign %s { when fix == YES; set a = "b"; }\n' % (b"n" * n))


def nesting(n):
    return one(EDITION + b"define d = " + b"(" * n + b"fix == YES" + b")" * n + b";\n")


def set_size(n):
    return let(b"[" + b",".join(b"%d" % i for i in range(n)) + b"]")


def spliced(n):
    """The same where half of the values come from another set."""
    half = b",".join(b'"%d"' % i for i in range(n // 2))
    rest = b",".join(b'"%d"' % i for i in range(n // 2, n))
    uses = b"let a = [" + half + b"];\nassign b { when title in [a," + rest + b'];set c = "d"; }\n'
    return one(EDITION + uses)


def statements(n):
    return one([EDITION] + [b"protect p%d { when fix == YES; }\n" % i for i in range(n)])


def defines(n):
    return one([EDITION] + [b"let a%d = 1;\n" % i for i in range(n)])


def config(data):
    policy = EDITION + b'assign a { when fix == YES; set b = "c"; }\n'
    return {"policy.vpol": policy, "vulnctl.yaml": data}


def yaml_size(n):
    return config(padded(n, b"version: 1\n"))


def yaml_nesting(n):
    """The outer mapping is one level; the schema has a word on what is so deep, later."""
    return config(b"version: 1\nlint: " + b"[" * (n - 1) + b"]" * (n - 1) + b"\n")


def yaml_events(n):
    """Begin and end of the stream, the document, the mapping and the list; five scalars of keys and
    values but one a repository."""
    count = 2 + 2 + 2 + 2 + 3
    names = b",".join(b"r%d" % i for i in range(n - count))
    return config(b"version: 1\nrepositories: [" + names + b"]\n")


def wrong(n):
    return EDITION + b"".join(b"let a%d = 1x;\n" % i for i in range(n))


def diagnostics_file(n):
    return one(wrong(n))


def diagnostics(n):
    """In files of twenty each, which is what one file shows."""
    parts = [min(20, n - at) for at in range(0, n, 20)]
    files = {f"f{i}.vpol": wrong(part).replace(b"let a", b"let f%da" % i)
             for i, part in enumerate(parts)}
    uses = b"".join(b'use "%s";\n' % name.encode() for name in files)
    return {"policy.vpol": EDITION + uses, **files}


ENTRIES = {
    "file-size": Entry(file_size, "is too large: 64 MiB at most", exit=3, located=False),
    "source-size": Entry(source_size, "at most 64 MiB together"),
    "source-files": Entry(source_files, "at most {n} files"),
    "use-depth": Entry(use_depth, "at most {n} deep"),
    "tokens": Entry(tokens, "at most {n} tokens", accepted=2),
    "string-size": Entry(lambda n: let(b'"' + b"x" * n + b'"'), "at most {n} bytes"),
    "prose-size": Entry(prose, "at most {n} bytes"),
    "name-size": Entry(lambda n: one(EDITION + b"let %s = 1;\n" % (b"n" * n)),
                       "at most {n} bytes"),
    "statement-name-size": Entry(statement_name, "at most {n}"),
    "integer": Entry(lambda n: let(b"%d" % n), "an integer has at most 9 digits"),
    "decimals": Entry(lambda n: let(b"0." + b"1" * n), "and {n} after it"),
    "first-year": Entry(lambda n: let(b"%d-01-01" % (2 * 1970 - n)), "is no date"),
    "last-year": Entry(lambda n: let(b"%d-12-31" % n), "is no date"),
    "nesting": Entry(nesting, "at most {n} deep"),
    "set-size": Entry(set_size, "at most {n} values"),
    "set-size/spliced": Entry(spliced, "more than {n} values"),
    "statements": Entry(statements, "at most {n} statements"),
    "defines": Entry(defines, "at most {n}"),
    "yaml-size": Entry(yaml_size, "is too large: 1 MiB at most", exit=3, located=False),
    "yaml-nesting": Entry(yaml_nesting, "{n} levels at most", exit=3, accepted=3),
    "yaml-events": Entry(yaml_events, "{n}", exit=3),
    "diagnostics-file": Entry(diagnostics_file, "1 more", accepted=2, located=False),
    "diagnostics": Entry(diagnostics, "1 more", accepted=2, located=False),
}
