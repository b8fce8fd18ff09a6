#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Messages as EventBridge fills them in [EventBridge user guide, input transformation]: a template
is a JSON string, a variable in it the value at its path, and nothing where the event has none. The
text must be that of the policy with the values that facts/field_map.json says the fields have."""
import json
import re

import common
import judge_pattern
import judge_scan

MESSAGE = re.compile(r"notify\s+([\w-]+)\s*\{[^}]*?message\s+((?:\"(?:[^\"\\]|\\.)*\"\s*)+);", re.S)
IMAGE = "detail.resources.details.image."
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


def first_at(document, path):
    """The same of `a.b.c`, as the table has it: the first where there is a list."""
    at = document
    for step in path.split("."):
        while isinstance(at, list):
            at = at[0] if at else None
        at = at.get(step) if isinstance(at, dict) else None
    while isinstance(at, list):
        at = at[0] if at else None
    if at is None:
        return ""
    return at if isinstance(at, str) else json.dumps(at)


def filled(transformer, event):
    paths = transformer.get("InputPathsMap", {})
    template = json.loads(transformer["InputTemplate"])
    return re.sub(r"<([\w-]+)>", lambda m: value_at(event, paths[m.group(1)][2:]), template)


def meant(message, event, places):
    """`places`: of each field, its place in the event."""
    def value(match):
        return "{" if match.group(0) == "{{" else first_at(event, places[match.group(1)])
    return FIELD.sub(value, message)


def messages_of(policy):
    for name, texts in MESSAGE.findall(policy.read_text(encoding="utf-8")):
        literals = re.findall(r'"((?:[^"\\]|\\.)*)"', texts)
        yield name, "".join(json.loads(f'"{literal}"') for literal in literals)


def kinds_of_events(report):
    """By detail-type: events of that kind and, of each field, its place in them."""
    findings = [finding for _, finding in common.fixtures(report)
                if finding.get("ProductName") == "Inspector"]
    table = json.loads((common.SHARED / "facts" / "field_map.json").read_text(encoding="utf-8"))
    kinds = {judge_scan.DETAIL_TYPE: ([judge_scan.event_of(s) for s in judge_scan.scans()],
                                      judge_scan.PLACES_OF_FIELDS)}
    for kind, column in zip(judge_pattern.KINDS, ("asff_event", "inspector2_event", "ocsf_event")):
        places = {row["field"]: re.split(r",? ", row[column])[0] for row in table}
        kinds[kind.DETAIL_TYPE] = ([kind.event_of(kind.base(finding)) for finding in findings
                                    if kind.takes(finding)], places)
    kinds[judge_pattern.SecurityHub.DETAIL_TYPE][1]["region"] = "detail.findings.Resources.Region"
    # Where images of every cloud have it [facts/findings.md §0.8].
    for field, name in (("repository", "repositoryName"), ("image.digest", "imageDigest")):
        kinds[judge_pattern.inspector_event.DETAIL_TYPE][1][field] = IMAGE + name
    return kinds


def judge(args, report):
    if not (common.SHARED / "facts" / "field_map.json").exists():
        report.absent("the research table of fields")
        return
    kinds = kinds_of_events(report)
    seen = set()
    for compiled in common.compile_all(args, report):
        for name, message in messages_of(compiled.policy):
            request = compiled.documents("eventbridge", ".targets.json")[
                f"eventbridge/{name}.targets.json"]
            pattern = compiled.documents("eventbridge", ".pattern.json")[
                f"eventbridge/{name}.pattern.json"]
            events, places = kinds[pattern["detail-type"][0]]
            for target in request["Targets"]:
                if "InputTransformer" not in target:
                    continue
                seen.add(pattern["detail-type"][0])
                for event in events:
                    text = filled(target["InputTransformer"], event)
                    report.check(text == meant(message, event, places),
                                 f"{compiled.name}: `{name}` says what its message says",
                                 text=text, meant=meant(message, event, places))
    report.check(seen == set(kinds), "a message is sent of each kind of event", seen=sorted(seen))


if __name__ == "__main__":
    common.main(judge, __doc__)
