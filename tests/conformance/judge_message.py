#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Messages as EventBridge fills them in [EventBridge user guide, input transformation]: a template
is a JSON string, a variable in it the value at its path, and nothing where the event has none. The
text must be that of the policy with the values that facts/field_map.json says the fields have."""
import json
import re

import common

MESSAGE = re.compile(r"notify\s+([\w-]+)\s*\{[^}]*?message\s+((?:\"(?:[^\"\\]|\\.)*\"\s*)+);", re.S)
FIELD = re.compile(r"\{\{|\{([\w.]+)\}")


def value_at(document, path):
    """The value that `a.b[0].c` leads to, as text; empty where there is none."""
    at = document
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(at, list):
            at = at[int(step)] if int(step) < len(at) else None
        else:
            at = at.get(step) if isinstance(at, dict) else None
    if at is None:
        return ""
    return at if isinstance(at, str) else json.dumps(at)


def filled(transformer, event):
    paths = transformer.get("InputPathsMap", {})
    template = json.loads(transformer["InputTemplate"])
    return re.sub(r"<([\w-]+)>", lambda m: value_at(event, paths[m.group(1)][2:]), template)


def meant(message, event, places):
    """`places`: of each field, its ASFF path."""
    def value(match):
        if match.group(0) == "{{":
            return "{"
        return value_at(event["detail"]["findings"][0], places[match.group(1)].replace("[]", "[0]"))
    return FIELD.sub(value, message)


def messages_of(policy):
    for name, texts in MESSAGE.findall(policy.read_text(encoding="utf-8")):
        literals = re.findall(r'"((?:[^"\\]|\\.)*)"', texts)
        yield name, "".join(json.loads(f'"{literal}"') for literal in literals)


def judge(args, report):
    table = common.SHARED / "facts" / "field_map.json"
    if not table.exists():
        report.absent("the research table of fields")
        return
    places = {row["field"]: row["asff"] for row in json.loads(table.read_text(encoding="utf-8"))}
    places["region"] = "Resources[].Region"
    events = [common.event_of(finding) for _, finding in common.fixtures(report)
              if finding.get("ProductName") == "Inspector"]
    seen = 0
    for compiled in common.compile_all(args, report):
        for name, message in messages_of(compiled.policy):
            request = compiled.documents("eventbridge", ".targets.json")[
                f"eventbridge/{name}.targets.json"]
            for target in request["Targets"]:
                if "InputTransformer" not in target:
                    continue
                seen += 1
                for event in events:
                    text = filled(target["InputTransformer"], event)
                    report.check(text == meant(message, event, places),
                                 f"{compiled.name}: `{name}` says what its message says",
                                 text=text, meant=meant(message, event, places))
    report.check(seen, "some message is sent")


if __name__ == "__main__":
    common.main(judge, __doc__)
