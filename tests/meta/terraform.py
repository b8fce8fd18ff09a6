#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The module in examples/terraform says nothing that Terraform's AWS provider does not know: every
argument and block of every resource is one of its schema, as an argument or a block, with all that
it requires; and every criterion that vulnctl may write is one that the module creates.

usage: terraform.py [--build DIR]        prints TAP
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from support import hcl  # noqa: E402  pylint: disable=wrong-import-position

MODULE = ROOT / "examples" / "terraform"
FACTS = ROOT.parent / "shared" / "facts" / "schemas"
OWN = json.loads((pathlib.Path(__file__).parent / "terraform_schemas.json").read_text("utf-8"))
CONVERT = (ROOT / "compiler" / "target" / "tfvars_convert.c").read_text("utf-8")

META = {"for_each", "count", "depends_on", "provider"}  # Terraform's own, of every resource
GLOBAL = ("aws_iam_",)  # what has no Region; all else has the provider's `region`, from 6.0 on

# What vulnctl converts by a list of names: the list in tfvars_convert.c, that of the module, the
# resource with its block, and where the field table has the names.
CRITERIA = (
    ("automation_criteria", "aws_securityhub_automation_rule", "criteria", ("automation",)),
    ("insight_filters", "aws_securityhub_insight", "filters", ("insight",)),
    ("inspector_criteria", "aws_inspector2_filter", "filter_criteria",
     ("inspector_filter", "inspector_filter_cloud")),
)
SPELLED_OTHERWISE = {"insight_filters": {"UserDefinedFields": "user_defined_values"}}


def from_types(types, name, path):
    """The form of facts/schemas that knows types of Go: what points to a type is a block."""
    attributes, blocks = {}, {}
    required = OWN["_required"].get(path)
    for key, row in types[name].items():
        inner = re.match(r"(\[\]|\*)([A-Z]\w+)$", row["go_type"])
        if inner:
            blocks[key] = {"min": 0, "max": None if inner[1] == "[]" else 1,
                           **from_types(types, inner[2], f"{path}.{key}")}
        else:
            needed = required is None or key in required
            attributes[key] = {"mode": "required" if needed else "optional"}
    return {"attributes": attributes, "blocks": blocks}


def schema_of(resource):
    if resource in OWN:
        return OWN[resource]
    path = FACTS / f"tf_{resource}.json"
    if not path.exists():
        return None
    schema = json.loads(path.read_text("utf-8"))
    if "types" not in schema:
        return schema
    types = schema["types"]
    inner = {row["go_type"].lstrip("[]*") for rows in types.values() for row in rows.values()}
    root, = set(types) - inner
    made = from_types(types, root, resource)
    for name in OWN["_names"].get(resource, ()):
        made["attributes"][name] = {"mode": "optional"}
    return made


def blocks_of(block):
    """(name, body, is it dynamic) of each block inside."""
    for inner in block.blocks:
        if inner.name == "dynamic":
            yield inner.labels[0], inner.all("content")[0], True
        elif inner.name != "lifecycle":
            yield inner.name, inner, False


def wrong_in(block, schema, place, extra=frozenset()):
    known = set(schema["attributes"]) | extra
    for name in block.attributes:
        if name not in known:
            kind = "a block" if name in schema["blocks"] else "unknown"
            yield f"{place}: the argument {name} is {kind}"
        elif schema["attributes"].get(name, {}).get("mode") == "computed":
            yield f"{place}: {name} is the provider's to say"
    for name, row in schema["attributes"].items():
        if row["mode"] == "required" and name not in block.attributes:
            yield f"{place}: {name} is required"
    count = {}
    for name, inner, dynamic in blocks_of(block):
        count[name] = count.get(name, 0) + 1
        if name not in schema["blocks"]:
            kind = "an argument" if name in schema["attributes"] else "unknown"
            yield f"{place}: the block {name} is {kind}"
            continue
        yield from wrong_in(inner, schema["blocks"][name], f"{place}.{name}")
        if count[name] > (schema["blocks"][name].get("max") or 1000) and not dynamic:
            yield f"{place}: too many blocks {name}"
    for name, row in schema["blocks"].items():
        if row.get("min") and name not in count:
            yield f"{place}: the block {name} is required"


def check_resource(block):
    kind = block.labels[0]
    schema = schema_of(kind)
    if schema is None:
        return [f"nothing is known of {kind}"]
    region = set() if kind.startswith(GLOBAL) else {"region"}
    wrong = list(wrong_in(block, schema, ".".join(block.labels), META | region))
    if region and "region" not in block.attributes:
        wrong.append(f"{'.'.join(block.labels)}: it is created in the provider's Region only")
    if "for_each" not in block.attributes and "count" not in block.attributes:
        wrong.append(f"{'.'.join(block.labels)}: it has no for_each")
    return wrong


def snake(name):
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def names_in(text, name):
    """A list of texts of C or HCL."""
    found = re.search(rf"\b{name}(?:\[\])? = [\[{{](.*?)[\]}}]", text, re.S)
    return set(re.findall(r'"(\w+)"', found[1])) if found else set()


def local(module, name):
    return next(block.attributes[name] for block in module.blocks
                if block.name == "locals" and name in block.attributes)


def check_criteria(module, fields, row):
    listed, resource, parent, columns = row
    others = SPELLED_OTHERWISE.get(listed, {})
    known, lacks = names_in(CONVERT, f"{listed}_names"), names_in(CONVERT, f"{listed}_lacks")
    known |= set(others)
    block = next(b for b in module.blocks if b.name == "resource" and b.labels[0] == resource)
    made = {name for name, _, _ in blocks_of(block.all(parent)[0])}
    allowed = set(re.findall(r'"(\w+)"', local(module, listed)))
    there = set(schema_of(resource)["blocks"][parent]["blocks"])
    spelled = {others.get(name, snake(name)) for name in known}
    wrong = [f"{name} is created, and is not allowed" for name in made - allowed]
    wrong += [f"{name} is allowed, and is not created" for name in allowed - made]
    wrong += [f"{name} is written, and is not created" for name in spelled - made]
    wrong += [f"{name} is created, and never written" for name in made - spelled]
    wrong += [f"{name} is not there, as it is said to be" for name in lacks if snake(name) in there]
    for field in fields:
        for name in filter(None, (field["paths"][column] for column in columns)):
            name = name.split(".")[0]  # vulnerablePackages.name
            if name not in known | lacks:
                wrong.append(f"{field['name']}: nobody knows whether Terraform has {name}")
    return wrong


def check_sources():
    """What is known here alone was read in the provider's source, at one commit of it."""
    return [f"{name}: no commit of the source is named" for name, rows in OWN.items()
            if not name.startswith("_") and not re.search(r"\.go @[0-9a-f]{40}\b", rows["_source"])]


def main():
    parser = argparse.ArgumentParser(description="The module is one that Terraform would take.")
    parser.add_argument("--build", default="build/release", help="the folder to test")
    build = ROOT / parser.parse_args().build
    if not FACTS.is_dir():
        print("1..0 # SKIP the schemas of the shared folder are not there")
        return 0
    module = hcl.read_module(MODULE)
    shown = subprocess.run([build / "vulnctl", "list", "fields", "--format", "json"], check=True,
                           stdout=subprocess.PIPE).stdout
    fields = json.loads(shown)["fields"]
    checks = [(".".join(block.labels), check_resource(block))
              for block in module.blocks if block.name == "resource"]
    checks.append(("the sources of terraform_schemas.json", check_sources()))
    checks += [(f"criteria of {row[1]}", check_criteria(module, fields, row)) for row in CRITERIA]
    failures = 0
    for number, (name, wrong) in enumerate(checks, 1):
        failures += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        for line in wrong:
            print(f"# {line}")
    print(f"1..{len(checks)}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
