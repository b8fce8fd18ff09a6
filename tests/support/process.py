# SPDX-License-Identifier: Apache-2.0
"""Running a program under test: in an environment of its own, with a time limit, and with the
question that is asked after every run whatever it was about: did it die, did a sanitizer speak?"""
import dataclasses
import os
import re
import resource
import signal
import subprocess
import tempfile
import threading
import time

# 2026-04-01T00:00:00Z: what does not say --now still says the same every day.
CLOCK = "1775001600"

# In front of a command: permissions count for it, even when the tests run as root.
RESTRICTED = "setpriv --bounding-set -dac_override,-dac_read_search"

SANITIZER = re.compile(rb"Sanitizer|runtime error:|SUMMARY: .*: \d+ byte")


@dataclasses.dataclass
class Outcome:
    """What is left of a process."""
    code: int  # negative: the signal that ended it
    out: bytes
    err: bytes
    seconds: float
    peak: int  # bytes of resident memory
    late: bool  # it was ended by us

    def trouble(self):
        """Why this is a failure whatever was expected, or None."""
        if self.late:
            return f"was still running after {self.seconds:.0f} s"
        if SANITIZER.search(self.err) or SANITIZER.search(self.out):
            return "a sanitizer reported"
        # 128 + n is how a shell tells a signal.
        number = -self.code if self.code < 0 else self.code - 128
        if self.code < 0 or 0 < number < 65:
            try:
                return f"died of {signal.Signals(number).name}"
            except ValueError:
                return f"ended with {self.code}"
        return None


def environment(home, build=None, **more):
    """The same on every machine: nothing is inherited but the way to find programs."""
    path = os.environ.get("PATH", "/usr/bin:/bin")
    env = {
        "PATH": f"{build}:{path}" if build else path,
        "HOME": str(home),
        "TMPDIR": tempfile.gettempdir(),
        "LC_ALL": "C.UTF-8",
        "SOURCE_DATE_EPOCH": CLOCK,
        "PYTHONDONTWRITEBYTECODE": "1",
        "RESTRICTED": RESTRICTED if os.geteuid() == 0 else "",
        "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }
    env.update({name: str(value) for name, value in more.items()})
    return env


def _stop(process, flag):
    flag.append(True)
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run(argv, cwd, env, stdin=b"", timeout=60):
    """Runs argv to its end. Output goes to files, so that no pipe can fill up and no reader is
    needed; a process group of its own, so that a late one is ended with its children."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, \
            tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        late = []
        begin = time.monotonic()
        process = subprocess.Popen([str(word) for word in argv], cwd=cwd, env=env, stdin=given,
                                   stdout=out, stderr=err, start_new_session=True)
        timer = threading.Timer(timeout, _stop, (process, late))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - begin
        out.seek(0)
        err.seek(0)
        return Outcome(process.returncode, out.read(), err.read(), seconds,
                       usage.ru_maxrss * 1024, bool(late))


def is_sanitized(program):
    """Sanitizers slow a program down and take memory: bounds are wider for it."""
    with open(program, "rb") as file:
        return b"__asan_init" in file.read()


def can(what, sanitized):
    """Whether the machine and the build let a test do what it needs."""
    if what == "plain-build":  # sanitizers reserve more memory than there is
        return not sanitized
    if what == "no-override":  # root without the right to ignore permissions
        return os.geteuid() != 0 or _works(RESTRICTED.split() + ["true"])
    raise ValueError(f"nothing is known of the need `{what}`")


def _works(words):
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def core_dumps_off():
    """A death is reported by its status; files named core would lie about in the tree."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
