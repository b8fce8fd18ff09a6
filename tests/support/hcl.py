# SPDX-License-Identifier: Apache-2.0
"""As much of HCL as the module in examples/terraform is written in: blocks with labels, attributes
whose expressions stay text, comments. A file becomes a Block without a name."""
import re

WORD = re.compile(r"[A-Za-z_][\w-]*")
BLANK = re.compile(r"(?:\s|#[^\n]*|//[^\n]*)*")
OPEN, CLOSE = "([{", ")]}"


class Block:
    def __init__(self, name, labels):
        self.name, self.labels = name, labels
        self.attributes = {}  # name -> text of its expression
        self.blocks = []

    def all(self, name):
        return [block for block in self.blocks if block.name == name]


def string_end(text, at):
    """Behind the string that begins at `at`, with the templates inside."""
    at += 1
    while text[at] != '"':
        if text[at] == "\\":
            at += 2
        elif text.startswith("$${", at) or text.startswith("%%{", at):
            at += 3
        elif text.startswith("${", at) or text.startswith("%{", at):
            at = expression_end(text, at + 2, "}") + 1
        else:
            at += 1
    return at + 1


def expression_end(text, at, stop):
    """The first character of `stop` behind `at` that stands in no bracket and no string."""
    depth = 0
    while at < len(text):
        char = text[at]
        if char in stop and depth == 0:
            return at
        if char == '"':
            at = string_end(text, at)
            continue
        if char == "#":
            at = text.index("\n", at)
            continue
        depth += (char in OPEN) - (char in CLOSE)
        at += 1
    return at


def blank(text, at):
    return BLANK.match(text, at).end()


def read_body(text, at, block):
    """The members of a block; behind its brace, or at the end of the text."""
    while True:
        at = blank(text, at)
        if at == len(text) or text[at] == "}":
            return at
        word = WORD.match(text, at)
        if not word:
            raise ValueError(f"neither an attribute nor a block: {text[at:at + 40]!r}")
        at = blank(text, word.end())
        if text[at] == "=" and text[at + 1] != "=":
            end = expression_end(text, at + 1, "\n")
            if word[0] in block.attributes:
                raise ValueError(f"{word[0]} stands twice")
            block.attributes[word[0]] = text[at + 1:end].strip()
            at = end
            continue
        labels = []
        while text[at] != "{":
            end = string_end(text, at)
            labels.append(text[at + 1:end - 1])
            at = blank(text, end)
        inner = Block(word[0], labels)
        at = read_body(text, at + 1, inner) + 1
        block.blocks.append(inner)


def read(text):
    block = Block(None, [])
    if read_body(text, 0, block) != len(text):
        raise ValueError("a brace too many")
    return block


def read_module(folder):
    """All files of a module as one."""
    whole = Block(None, [])
    for path in sorted(folder.glob("*.tf")):
        one = read(path.read_text("utf-8"))
        whole.blocks += one.blocks
    return whole
