# SPDX-License-Identifier: Apache-2.0
"""How the runner of GitHub Actions reads the log of a step, written from its source
(actions/runner, src/Runner.Common/ActionCommand.cs): `::command properties::data` at the beginning
of a line, blanks aside, and the older `##[command properties]data` anywhere in it."""
import re

COMMANDS = {"add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group",
            "notice", "remove-matcher", "save-state", "set-env", "set-output", "stop-commands",
            "warning"}
DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
OLD = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))


def unescaped(text, mapping):
    for escape, character in mapping:
        text = text.replace(escape, character)
    return text


def parsed(info, data, separator, of_property, of_data):
    """(command, properties, data), or None: it is no command."""
    name, _, rest = info.partition(" ")
    if name not in COMMANDS:
        return None
    pairs = [pair.split("=", 1) for pair in rest.strip().split(separator) if pair]
    return name, {pair[0]: unescaped(pair[1], of_property) for pair in pairs
                  if len(pair) == 2 and all(pair)}, unescaped(data, of_data)


def command(line):
    """The command that the line is, or None."""
    trimmed = line.lstrip()
    end = trimmed.find("::", 2)
    if trimmed.startswith("::") and end >= 0:
        return parsed(trimmed[2:end], trimmed[end + 2:], ",", PROPERTY, DATA)
    begin = line.find("##[")
    end = line.find("]", begin)
    if begin >= 0 and end >= 0:
        return parsed(line[begin + 3:end], line[end + 1:], ";", OLD, OLD)
    return None


def lines(text):
    return re.split(r"\r\n|\n|\r", text.removesuffix("\n"))
