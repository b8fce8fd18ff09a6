# SPDX-License-Identifier: Apache-2.0
"""The examples: what `compile` writes for each must be what stands beside it, byte for byte, and
the same wherever and in whatever surroundings it runs."""
import pathlib
import shutil
import tempfile

from support import process
from support.result import Job, diff, failed, head, passed, text

NOW = "2026-04-01"


def tree(place):
    """Every file below, as path -> bytes."""
    return {path.relative_to(place).as_posix(): path.read_bytes()
            for path in sorted(place.rglob("*")) if path.is_file()}


def differences(expected, got):
    wrong = [f"{path} is expected, and is not written" for path in expected if path not in got]
    wrong += [f"{path} is written, and is not expected" for path in got if path not in expected]
    wrong += [diff(text(expected[path]), text(got[path]), path)
              for path in expected if path in got and expected[path] != got[path]]
    return "\n".join(wrong)


def compile_to(context, example, out, cwd, **env):
    policy = example / "policy.vpol"
    if cwd == example:
        policy = policy.name
    return process.run([context.program, "compile", policy, "-o", out, "--now", NOW], cwd,
                       process.environment(cwd, **env), timeout=context.seconds(20))


def again(context, example, first, scratch):
    """Another directory, time zone, language and clock; then over the output of before."""
    for env in ({"LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati", "SOURCE_DATE_EPOCH": "0"},
                {"LC_ALL": "de_DE.UTF-8", "TZ": "America/St_Johns", "SOURCE_DATE_EPOCH": "9"}):
        outcome = compile_to(context, example, scratch / "again", scratch, **env)
        if outcome.trouble() or outcome.code:
            return outcome.trouble() or f"the second run ended with {outcome.code}"
        wrong = differences(tree(first), tree(scratch / "again"))
        if wrong:
            return f"with {env}:\n{wrong}"
    return None


def run_example(context, example):
    name = f"example/{example.name}"
    golden = example / "expected"
    with tempfile.TemporaryDirectory(prefix="vulnctl-example.") as place:
        scratch = pathlib.Path(place)
        out = scratch / "out"
        outcome = compile_to(context, example, out, example)
        if outcome.trouble() or outcome.code:
            why = outcome.trouble() or f"it ended with {outcome.code}"
            return [failed(name, f"{why}\n{head(text(outcome.err))}")]
        if context.bless:
            shutil.rmtree(golden, ignore_errors=True)
            shutil.copytree(out, golden)
        if not golden.is_dir():
            return [failed(name, "there is no expected/; `make bless` writes it")]
        results = []
        wrong = differences(tree(golden), tree(out))
        results.append(failed(name, wrong) if wrong else passed(name))
        wrong = again(context, example, out, scratch)
        same = f"{name}: the same in other surroundings"
        results.append(failed(same, wrong) if wrong else passed(same))
        return results


def run_tests(context, example):
    """The example's own policy tests cover all of it."""
    name = f"example/{example.name}: its tests"
    outcome = process.run([context.program, "test", "--coverage-min", "100", "--require-both",
                           example.relative_to(context.root)], context.root,
                          process.environment(context.root), timeout=context.seconds(20))
    if outcome.trouble() or outcome.code:
        return [failed(name, f"exit code {outcome.code}\n{text(outcome.out)}{text(outcome.err)}")]
    return [passed(name)]


def examples(context):
    found = sorted(path.parent for path in (context.root / "examples").glob("*/policy.vpol"))
    tested = [example for example in found if (example / "tests").is_dir()]
    return [*(Job(f"example/{example.name}", lambda example=example: run_example(context, example))
              for example in found),
            *(Job(f"example/{example.name}: its tests",
                  lambda example=example: run_tests(context, example)) for example in tested)]
