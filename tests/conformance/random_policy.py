# SPDX-License-Identifier: Apache-2.0
"""Random statements, for the judges that try more than the policies people wrote."""
import random
import re

import common

TEXTS = {
    "repository": ["app/web", "app/", "oseto", "-front", "project-a/orders", "team"],
    "description": ["A malformed", "*", "buffer.", "C:\\\\temp\\\\*", "深刻度"],
    "note": ["vulnctl no-fix-yet ", "担当者", "seen"],
    "vendor.name": ["DEBIAN_CVE", "NVD"],
    "vendor.severity": ["important", "imp", "low"],
    "account.name": ["orders-production", "orders", "-production"],
    "image.platform": ["DEBIAN_12", "DEBIAN_", "_12"],
    "ec2.vpc": ["vpc-0123456789abcdef0", "vpc-"],
}
WORDS = {
    "fix": ["YES", "NO", "PARTIAL"],
    "exploit": ["YES", "NO"],
    "workflow": ["NEW", "NOTIFIED", "SUPPRESSED", "RESOLVED"],
    "verification": ["UNKNOWN", "TRUE_POSITIVE"],
    "severity": ["LOW", "MEDIUM", "HIGH", "CRITICAL"],
    "resource.type": ["ecr_image", "ec2_instance", "lambda_function"],
    "cve": ["CVE-2024-3094", "CVE-2020-27619", "GHSA-jfh8-c2jp-5v3q"],
}
MAPS = {'tag["team"]': ["orders", "決済"], 'tag["stage"]': ["production"],
        'field["in-charge"]': ["oseto", "a*b"], 'field["priority"]': ["1", "2"]}
NUMBERS = {"epss": ["0.5", "0.00471", "0.94422"], "criticality": ["80", "50"]}
LISTS = {"package.name": ["liblzma5", "lib", "xz"], "image.tag": ["latest", "v1", "release-"],
         "package.version": ["5.6.1.2", "5."], "package.path": ["opt/", ".jar"]}
INNER = {"name": ["liblzma5", "openssl", "lib"], "version": ["5.6.1.2", "3.", "1.0"],
         "manager": ["OS", "JAR"], "path": ["opt/app/server", "opt/"]}
RESOURCE = {"repository": ["app/web", "app/", "team"], 'tag["team"]': ["orders", "platform"],
            "region": ["us-east-1", "eu-central-1"]}
# What stands on the finding itself, and so once on the findings of any product.
ON_FINDING = {"description", "note", "account.name", "workflow", "verification", "severity",
              'field["in-charge"]', 'field["priority"]'}
ORDERS = ["<", "<=", ">", ">="]


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.many = False  # of any product: fields below a list are many-valued

    def single(self, field):
        return not self.many or field in ON_FINDING

    def one(self, items):
        return self.random.choice(list(items))

    def some(self, items):
        chosen = self.random.sample(items, self.random.randint(1, min(3, len(items))))
        return ", ".join(chosen)

    def text_test(self, field, texts, single):
        quoted = [f'"{text}"' for text in texts]
        tests = [f"== {self.one(quoted)}", f"in [{self.some(quoted)}]",
                 f"startswith {self.one(quoted)}", f"contains {self.one(quoted)}", "exists",
                 "not exists"]
        if single:
            tests += [f"!= {self.one(quoted)}", f"not in [{self.some(quoted)}]",
                      f"not startswith {self.one(quoted)}", f"not contains {self.one(quoted)}"]
        if "[" not in field:
            tests.append(f"endswith {self.one(quoted)}")
        return f"{field} {self.one(tests)}"

    def word_test(self):
        field = self.one(WORDS)
        words = WORDS[field]
        tests = [f"== {self.one(words)}", f"in [{self.some(words)}]", "exists", "not exists"]
        if self.single(field):
            tests += [f"!= {self.one(words)}", f"not in [{self.some(words)}]"]
        if field == "severity":
            tests += [f"{self.one(ORDERS)} {self.one(words)}"] * 3
        return f"{field} {self.one(tests)}"

    def number_test(self):
        field = self.one(NUMBERS)
        number = self.one(NUMBERS[field])
        order = self.one(ORDERS)
        return self.one([f"{field} {order} {number}", f"{field} == {number}", f"{field} exists"])

    def element_test(self):
        if self.random.random() < 0.2:
            score = self.one(["9.0", "7.1", "5.0"])
            return f"any cvss {{ score {self.one(ORDERS)} {score} }}"
        group, inner = "package", INNER
        if self.many and self.random.random() < 0.5:
            group, inner = "resource", RESOURCE
        fields = self.random.sample(list(inner), 2)
        tests = [self.text_test(field, inner[field], True) for field in fields]
        word = self.one(["and", "or"])
        return f"any {group} {{ {tests[0]} {word} {tests[1]} }}"

    def atom(self):
        kind = self.random.randrange(10)
        if kind < 3:
            return self.word_test()
        if kind < 6:
            field = self.one(TEXTS)
            return self.text_test(field, TEXTS[field], self.single(field))
        if kind == 6:
            field = self.one(MAPS)
            return self.text_test(field, MAPS[field], self.single(field))
        if kind == 7:
            return self.number_test()
        if kind == 8:
            field = self.one(LISTS)
            return self.text_test(field, LISTS[field], False)
        return self.element_test()

    def condition(self, depth):
        if depth == 0 or self.random.random() < 0.3:
            return self.atom()
        kind = self.random.randrange(5)
        if kind == 0:
            return f"not ({self.condition(depth - 1)})"
        word = "and" if kind < 3 else "or"
        parts = [self.condition(depth - 1) for _ in range(self.random.randint(2, 3))]
        return "(" + f" {word} ".join(parts) + ")"

    def when(self, depth):
        """Of a statement: its condition, and what frees it of the default product."""
        self.many = self.random.random() < 0.3
        free = " product any;" if self.many else ""
        return f"when {self.condition(depth)};{free}"


def policy_text(statements):
    head = 'edition 1;\npolicy "random" { timezone "+09:00"; }\n'
    return head + "".join(f"{statement}\n" for statement in statements)


def compile_what_can_be(args, policy, statements):
    """Statements that cannot be said exactly are refused, and fall out."""
    while statements:
        policy.write_text(policy_text(statements), encoding="utf-8")
        compiled = common.Compiled(args, policy)
        wrong = {int(line) for line in re.findall(r"\.vpol:(\d+):\d+: error", compiled.messages)}
        if compiled.code == 0 or not wrong:
            return compiled, statements
        statements = [s for i, s in enumerate(statements) if i + 3 not in wrong]
    return None, statements
