# SPDX-License-Identifier: Apache-2.0
"""The module in examples/terraform, evaluated by terraform without any provider: every resource
becomes a local value that holds its arguments, with nested blocks as lists, and what a provider
would compute is made up. `terraform console` tells what the module would create from its inputs."""
import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import common

sys.path.insert(0, str(common.ROOT / "tests"))
from support import hcl  # noqa: E402  pylint: disable=wrong-import-position

FOLDER = common.ROOT / "examples" / "terraform"
ACCOUNT, PARTITION, REGION = "111122223333", "aws", "eu-west-1"  # of whoever runs it

DATA = {
    "aws_region.current": {"region": REGION},
    "aws_partition.current": {"partition": PARTITION},
    "aws_caller_identity.current": {"account_id": ACCOUNT},
}
# ARNs that are made of what a resource is given; of others, any text will do.
ARNS = {
    "aws_securityhub_action_target":
        f"arn:{PARTITION}:securityhub:${{self.region}}:{ACCOUNT}:action/custom/"
        "${self.identifier}",
    "aws_sfn_state_machine":
        f"arn:{PARTITION}:states:${{self.region}}:{ACCOUNT}:stateMachine:${{self.name}}",
    "aws_iam_role": f"arn:{PARTITION}:iam::{ACCOUNT}:role/${{self.name}}",
}
IGNORED = {"for_each", "count", "depends_on"}


def terraform():
    return shutil.which("terraform")


def pairs(collection):
    return f"[for key, value in ({collection}) : {{ key = key, value = value }}]"


class Module:
    def __init__(self):
        self.blocks = hcl.read_module(FOLDER).blocks
        self.resources = [b for b in self.blocks if b.name == "resource"]
        names = ["_".join(b.labels) for b in self.resources]
        self.named = re.compile(r"(?<![\w.\"-])(" + "|".join(
            rf"{b.labels[0]}\.{b.labels[1]}" for b in self.resources) + r")\b")
        assert len(set(names)) == len(names)

    def text(self, expression):
        expression = re.sub(r"\bdata\.(\w+)\.(\w+)", r"local.data_\1_\2", expression)
        return self.named.sub(lambda m: "local." + m[1].replace(".", "_"), expression)

    def body(self, block):
        lists = {}
        for inner in block.blocks:
            if inner.name == "dynamic":
                name, content = inner.labels[0], self.body(inner.all("content")[0])
                each = pairs(self.text(inner.attributes["for_each"]))
                made = f"[for {name} in {each} : {content}]"
            elif inner.name != "lifecycle":
                name, made = inner.name, f"[{self.body(inner)}]"
            else:
                continue
            lists.setdefault(name, []).append(made)
        members = [f"{name} = ({self.text(value)})" for name, value in block.attributes.items()
                   if name not in IGNORED]
        members += [f"{name} = concat({', '.join(made)})" for name, made in lists.items()]
        holds = [self.text(condition.attributes["condition"]) for inner in block.all("lifecycle")
                 for condition in inner.all("precondition")]
        if holds:
            members.append(f"preconditions = [{', '.join(holds)}]")
        return "{\n" + "\n".join(members) + "\n}"

    def with_arn(self, block, key):
        body = self.body(block)
        arn = ARNS.get(block.labels[0])
        made = arn or f"arn:{'.'.join(block.labels)}:${{{key}}}"
        return f'[for self in [{body}] : merge({{ arn = "{made}" }}, self)][0]'

    def resource(self, block):
        if "count" in block.attributes:
            count = self.text(block.attributes["count"])
            return (f"[for count in [for i in range({count}) : {{ index = i }}] : "
                    f"{self.with_arn(block, 'count.index')}]")
        return (f"{{ for each in {pairs(self.text(block.attributes['for_each']))} : each.key => "
                f"{self.with_arn(block, 'each.key')} }}")

    def locals(self):
        lines = [f"data_{name.replace('.', '_')} = {json.dumps(value)}"
                 for name, value in DATA.items()]
        for block in self.blocks:
            if block.name == "locals":
                lines += [f"{name} = {self.text(value)}"
                          for name, value in block.attributes.items()]
        lines += [f"{'_'.join(b.labels)} = {self.resource(b)}" for b in self.resources]
        lines += [f"output_{b.labels[0]} = {self.text(b.attributes['value'])}"
                  for b in self.blocks if b.name == "output"]
        return "locals {\n" + "\n".join(lines) + "\n}\n"

    def everything(self):
        """What there is to ask for: name -> expression."""
        return {
            **{f"var.{name}": f"var.{name}" for name in self.variables()},
            **{".".join(b.labels): f"local.{'_'.join(b.labels)}" for b in self.resources},
            **{f"output.{b.labels[0]}": f"local.output_{b.labels[0]}" for b in self.blocks
               if b.name == "output"},
        }

    def variables(self):
        return [b.labels[0] for b in self.blocks if b.name == "variable"]


class Session:
    """A folder with the module's variables and its resources as local values."""

    def __init__(self, module):
        self.module = module
        self.place = tempfile.TemporaryDirectory(prefix="vulnctl-terraform.")
        self.folder = pathlib.Path(self.place.name)
        shutil.copy(FOLDER / "variables.tf", self.folder)
        (self.folder / "resources.tf").write_text(module.locals(), "utf-8")
        (self.folder / "rc").write_text("", "utf-8")
        self.env = dict(os.environ, TF_CLI_CONFIG_FILE=str(self.folder / "rc"),
                        CHECKPOINT_DISABLE="1", TF_IN_AUTOMATION="1")
        for name in [name for name in self.env if name.startswith(("TF_VAR_", "TF_LOG"))]:
            del self.env[name]

    def give(self, inputs):
        path = self.folder / "vulnctl.auto.tfvars.json"
        path.write_text(inputs if isinstance(inputs, str) else json.dumps(inputs), "utf-8")

    def run(self, *argv, text=""):
        done = subprocess.run([terraform(), *argv], cwd=self.folder, env=self.env, input=text,
                              capture_output=True, text=True)
        plain = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
        return done, plain

    def values(self, expressions):
        """name -> value, or what terraform says instead."""
        whole = ", ".join(f'"{name}" = {text}' for name, text in expressions.items())
        done, plain = self.run("console", text=f"base64encode(jsonencode({{ {whole} }}))\n")
        found = re.search(r'^"([A-Za-z0-9+/=]+)"$', done.stdout, re.M)
        if not found:
            return None, plain
        return json.loads(base64.b64decode(found[1])), plain

    def close(self):
        self.place.cleanup()
