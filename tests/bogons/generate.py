# SPDX-License-Identifier: Apache-2.0
"""Inputs to be refused that no text file should hold: wrong bytes, and what is only wrong by its
size. Each row: what it is called, its files, and the errors that must come (as in `# expect:`)."""
import dataclasses

EDITION = b"edition 1;\n"
BOM = b"\xef\xbb\xbf"
MIB = 1 << 20


@dataclasses.dataclass
class Row:
    name: str
    files: object  # () -> {name: bytes or chunks}
    expected: list  # [(exit, id, place, text)]
    most_errors: int = 0  # a storm: at most so many are shown, those of `expected` first


def policy(name, data, *expected, most_errors=0):
    made = data if callable(data) else lambda: data
    return Row(name, lambda: {"policy.vpol": made()}, list(expected), most_errors)


def config(name, data, *expected):
    made = data if callable(data) else lambda: data
    return Row(name, lambda: {"vulnctl.yaml": made()}, list(expected))


def not_utf8(name, data, place, byte, offset):
    """Data that must be refused for one byte."""
    return policy(name, data, (2, "VC015", place,
                               f"the byte 0x{byte:02X} at byte offset {offset} is not UTF-8"))


def wrong_bytes():
    return [
        policy("empty", b"", (2, "VC017", "1:1", "does not say its edition")),
        policy("only-bom", BOM, (2, "VC017", "1:1", "does not say its edition")),
        policy("bom-in-the-middle", EDITION + BOM + b"status NEW { label \"x\"; }\n",
               (2, "VC014", "2:1", "U+FEFF")),
        policy("two-boms", BOM + BOM + EDITION, (2, "VC014", "1:1", "U+FEFF")),
        policy("utf-16-le", EDITION.decode().encode("utf-16"), (2, "VC015", "1:1", "UTF-16")),
        policy("utf-16-be", b"\xfe\xff" + EDITION.decode().encode("utf-16-be"),
               (2, "VC015", "1:1", "UTF-16")),
        policy("utf-16-without-bom", EDITION.decode().encode("utf-16-le"),
               (2, "VC015", "1:2", "a NUL stands at byte offset 1")),
        not_utf8("latin-1", EDITION + b"# caf\xe9 \n", "2:6", 0xE9, 16),
        not_utf8("overlong", EDITION + b"# \xc0\xaf\n", "2:3", 0xC0, 13),
        not_utf8("surrogate", EDITION + b"# \xed\xa0\x80\n", "2:3", 0xED, 13),
        not_utf8("beyond-unicode", EDITION + b"# \xf4\x90\x80\x80\n", "2:3", 0xF4, 13),
        not_utf8("five-bytes", EDITION + b"# \xf8\x88\x80\x80\x80\n", "2:3", 0xF8, 13),
        not_utf8("cut-short", EDITION + b"# \xe3\x81", "2:3", 0xE3, 13),
        not_utf8("lone-continuation", EDITION + b"# \x80\n", "2:3", 0x80, 13),
        not_utf8("byte-ff", b"\xff", "1:1", 0xFF, 0),
        policy("nul-at-the-start", b"\0" + EDITION,
               (2, "VC015", "1:1", "NUL stands at byte offset 0")),
        policy("nul-in-a-comment", EDITION + b"# a\0b\n",
               (2, "VC015", "2:4", "NUL stands at byte offset 14")),
        policy("nul-in-a-string", EDITION + b"let a = \"x\0y\";\n",
               (2, "VC015", "2:11", "NUL stands at byte offset 21")),
        policy("nul-in-a-name", EDITION + b"let a\0b = 1;\n",
               (2, "VC015", "2:6", "NUL stands at byte offset 16")),
        policy("nul-at-the-end", EDITION + b"\0",
               (2, "VC015", "2:1", "NUL stands at byte offset 11")),
        policy("c1-control", EDITION + "# \u0085 \u009b31m\n".encode(),
               (2, "VC014", "2:3", "U+0085"), (2, "VC014", "2:5", "U+009B")),
        policy("cr-only", EDITION.replace(b"\n", b"\r") + b"let a = 1;\r",
               (2, "VC014", "1:11", "U+000D"), (2, "VC014", "1:22", "U+000D")),
        policy("vertical-tab", EDITION + b"let a\x0b= 1;\n", (2, "VC014", "2:6", "U+000B")),
        policy("escape-in-a-string", EDITION + b"let a = \"\x1b[2J\";\n",
               (2, "VC014", "2:10", "U+001B")),
    ]


def too_large():
    def pad():
        yield EDITION
        for _ in range(64):
            yield b"#" * (MIB - 1) + b"\n"

    return [
        policy("64-mib-and-more", pad, (3, "-", "-", "is too large: 64 MiB at most")),
        policy("string-of-16-mib", lambda: EDITION + b'let a = "' + b"x" * (16 * MIB) + b'";\n',
               (2, "VC016", "2:9", "a string has at most 4096 bytes")),
        policy("string-without-an-end", lambda: EDITION + b'let a = "' + b"x" * MIB,
               (2, "VC015", "2:9", "the string does not end on its line"), most_errors=3),
        policy("name-of-1-mib", lambda: EDITION + b"let " + b"n" * MIB + b" = 1;\n",
               (2, "VC016", "2:5", "a name has at most 64 bytes")),
        policy("digits-1-million", lambda: EDITION + b"let a = " + b"1" * 1000000 + b";\n",
               (2, "VC016", "2:9", "an integer has at most 9 digits")),
        policy("decimals-1-million", lambda: EDITION + b"let a = 0." + b"1" * 1000000 + b";\n",
               (2, "VC016", "2:9", "a decimal has at most")),
        policy("duration-too-long", lambda: EDITION + b"let a = " + b"9" * 100000 + b"d;\n",
               (2, "VC016", "2:9", "is too long")),
        policy("path-of-100000-words",
               lambda: EDITION + b"let a = " + b".".join([b"w"] * 100000) + b";\n",
               (2, "VC003", "2:9", "is neither a constant nor a let")),
        policy("set-of-200000", lambda: EDITION + b"let a = [" + b"1," * 200000 + b"];\n",
               (2, "VC016", "2:20010", "a set has at most 10000 values")),
        policy("combining-marks", lambda: EDITION + ("a\u0301" * 10000).encode() + b" x {}\n",
               (2, "VC016", "2:1", "a name has at most 64 bytes"), most_errors=3),
        policy("emoji", lambda: EDITION + ("\U0001f600" * 10000).encode() + b"\n",
               (2, "VC016", "2:1", "a name has at most 64 bytes"), most_errors=2),
    ]


def nested(opening, closing=b"", inner=b"fix == YES", n=100000):
    return lambda: EDITION + b"define d = " + opening * n + inner + closing * n + b";\n"


def too_deep():
    deep = (2, "VC016", "2:268", "at most 256 deep")
    return [
        policy("parentheses-100000", nested(b"(", b")"), deep),
        policy("parentheses-without-an-end", nested(b"(", inner=b""), deep, most_errors=2),
        policy("not-100000", nested(b"not "), (2, "VC016", "2:1036", "at most 256 deep")),
        policy("any-100000", nested(b"any package { ", b" }"),
               (2, "VC016", "2:3596", "at most 256 deep")),
        policy("blocks-100000", lambda: EDITION + b"tier t " + b"{" * 100000,
               (2, "VC015", "2:9", ""), most_errors=20),
        policy("brackets-100000", lambda: EDITION + b"let a = " + b"[" * 100000,
               (2, "VC015", "2:10", ""), most_errors=20),
    ]


def storms():
    return [
        policy("wrong-statements-100000", lambda: EDITION + b"tiers a { }\n" * 100000,
               (2, "VC004", "2:1", "`tiers` is no statement"), most_errors=20),
        policy("unknown-fields-100000", lambda: EDITION + b"".join(
                   b"protect p%d { when serverity == HIGH; }\n" % n for n in range(100000)),
               (2, "VC001", "2:19", "serverity"), most_errors=20),
        policy("stray-characters-100000", lambda: EDITION + b"$" * 100000 + b"\n",
               (2, "VC015", "2:1", "the character `$` has no meaning here"), most_errors=20),
        policy("quotation-marks-100000", lambda: EDITION + b'"\n' * 100000,
               (2, "VC015", "2:1", ""), most_errors=20),
        policy("names-twice-20000", lambda: EDITION + b"let a = 1;\n" * 20000,
               (2, "VC010", "3:5", "`a` is defined twice"), most_errors=20),
        policy("defines-in-a-circle", lambda: EDITION + b"".join(
                   b"define d%d = d%d;\n" % (n, (n + 1) % 20000) for n in range(20000)),
               (2, "VC012", "2:8", "is defined through itself")),
        policy("defines-chained", lambda: EDITION + b"".join(
                   b"define d%d = d%d;\n" % (n, n + 1) for n in range(19999)) +
               b"define d19999 = nothing;\n",
               (2, "VC003", "20001:17", "there is no define named `nothing`")),
        policy("use-10000", lambda: EDITION + b"".join(
                   b'use "f%d.vpol";\n' % n for n in range(10000)),
               (2, "VC011", "2:5", "no such file or directory"), most_errors=20),
    ]


def wrong_yaml():
    bomb = b"".join(b"k%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9))
                    for n in range(1, 9))
    return [
        config("yaml-empty", b"", (3, "-", "1:1", "")),
        config("yaml-utf-16", "version: 1\n".encode("utf-16"), (3, "-", "1:1", "this is not YAML")),
        config("yaml-latin-1", b"version: 1\n# caf\xe9\n", (3, "-", "2:6", "UTF-8")),
        config("yaml-nul", b"version: 1\nevent_bus: a\0b\n",
               (3, "-", "2:13", "control characters are not allowed")),
        config("yaml-nul-escape", b'version: 1\nevent_bus: "a\\0b"\n', (3, "-", "2:12", "NUL")),
        config("yaml-too-large", lambda: b"version: 1\n" + b"#" * MIB,
               (3, "-", "-", "is too large: 1 MiB at most")),
        config("yaml-brackets", lambda: b"version: 1\nowners: " + b"[" * 80000,
               (3, "-", "2:72", "nested too deep")),
        config("yaml-brackets-with-values", lambda: b"version: 1\nowners: " + b"[a," * 80000,
               (3, "-", "2:198", "nested too deep")),
        config("yaml-braces", lambda: b"version: 1\nlint: " + b"{a: " * 80000,
               (3, "-", "2:259", "nested too deep")),
        config("yaml-dashes", lambda: b"version: 1\nowners:\n" + b"- " * 80000,
               (3, "-", "3:127", "nested too deep")),
        config("yaml-indent-10000", lambda: b"version: 1\nlint:\n" + b"".join(
                   b" " * n + b"a:\n" for n in range(1, 1300)),
               (3, "-", "66:65", "nested too deep")),
        config("yaml-bomb", b"version: 1\nk0: &a0 [x]\n" + bomb, (3, "-", "2:5", "anchor")),
        config("yaml-anchor-in-itself", b"version: 1\nowners: &a [*a]\n",
               (3, "-", "2:9", "anchor")),
        config("yaml-40000-anchors", lambda: b"version: 1\n" + b"".join(
                   b"k%d: &a%d x\n" % (n, n) for n in range(40000)), (3, "-", "2:5", "anchor")),
        config("yaml-too-many-events",
               lambda: b"version: 1\nowners: [" + b"x," * 150000 + b"]\n",
               (3, "-", "2:199996", "100000 at most")),
        config("yaml-after-the-end", b"version: 1\n...\ngarbage: [\n", (3, "-", "3:1", "")),
    ]


def rows():
    return [*wrong_bytes(), *too_large(), *too_deep(), *storms(), *wrong_yaml()]
