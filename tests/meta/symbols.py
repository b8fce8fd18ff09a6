#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What compiled code may not call, generated code included: a compiler that exits, prints or asks
the locale somewhere deep inside cannot be trusted to have said everything and written all or
nothing. main.c stands outside.

usage: symbols.py [--build DIR]       prints TAP
"""
import argparse
import collections
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# what is forbidden, and the objects that may do some of it all the same
FORBIDDEN = {
    "nothing exits": (
        "exit quick_exit abort __assert_fail longjmp _longjmp __longjmp_chk siglongjmp",
        {"lang_regex.o": {"__assert_fail"}}),  # its patterns are ours, none is a user's
    "one place ends the process": ("_exit _Exit", {"arena.o": {"_exit"}}),
    "nothing prints": (
        "printf __printf_chk vprintf __vprintf_chk fprintf __fprintf_chk vfprintf __vfprintf_chk "
        "puts fputs putchar fwrite fputc putc perror", {}),
    "nothing reads a stream": ("fopen fdopen fread fgets getline getc fgetc _IO_getc scanf", {}),
    "nothing asks the locale": (
        "setlocale strtod strtof strtold atof atoi atol strftime localtime localtime_r mktime "
        "strcoll strcasecmp strncasecmp toupper tolower __ctype_b_loc __ctype_tolower_loc "
        "__ctype_toupper_loc", {}),
    "one place reads the environment": ("getenv secure_getenv", {"options.o": {"getenv"}}),
    "nothing is unbounded": ("gets strcpy strcat sprintf __sprintf_chk vsprintf alloca", {}),
    "memory comes from the arena": (
        "malloc calloc realloc strdup strndup reallocarray asprintf open_memstream",
        {"arena.o": {"malloc", "calloc"},
         "vpol_parse.o": {"malloc"}}),  # Bison's stack, where no arena is in reach; it is bounded
}


def calls(build):
    """object -> the symbols it needs from elsewhere"""
    shown = subprocess.run(["nm", "-u", str(build / "libvulnctl.a")], check=True,
                           stdout=subprocess.PIPE, text=True).stdout
    needed, member = collections.defaultdict(set), None
    for line in shown.splitlines():
        if line.endswith(".o:"):
            member = line[:-1]
        elif line.split():
            needed[member].add(line.split()[-1].split("@")[0])
    return needed


def main():
    parser = argparse.ArgumentParser(description="What compiled code may not call.")
    parser.add_argument("--build", default="build/release", help="the folder to test")
    needed = calls(ROOT / parser.parse_args().build)
    failures = 0
    for number, (name, (symbols, allowed)) in enumerate(FORBIDDEN.items(), 1):
        breaks = [f"{member} calls {symbol}" for member in sorted(needed)
                  for symbol in sorted(needed[member] & set(symbols.split()))
                  if symbol not in allowed.get(member, ())]
        failures += bool(breaks)
        print(f"{'not ok' if breaks else 'ok'} {number} - {name}")
        for line in breaks:
            print(f"# {line}")
    print(f"1..{len(FORBIDDEN)}")
    return 1 if failures or not needed else 0


if __name__ == "__main__":
    sys.exit(main())
