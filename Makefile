# SPDX-License-Identifier: Apache-2.0
#
# make                 build/release/vulnctl, and ./vulnctl
# make check           every test that needs no network
# make CFG=asan check  the same under AddressSanitizer, UBSan and LeakSanitizer
# make bless           rewrite the goldens (people review the diff)
# make conformance     judges nobody here wrote; fetched by tests/conformance/fetch
# make bench           what compiling costs, beside the least it could: tests/bench/README.md
# make bench-eval      what deciding on findings costs, beside other engines
# make bench-lint      what linting costs, beside checking
# make bench-profile   where the instructions of BENCH_CASE go, by function

CFG ?= release
BUILD := build/$(CFG)
GEN := $(BUILD)/gen

CC ?= gcc
PYTHON ?= python3

OPT_release := -O2 -g -D_FORTIFY_SOURCE=2
OPT_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_cov := -O0 -g --coverage
ifeq ($(OPT_$(CFG)),)
$(error CFG is one of release, asan, cov)
endif

WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wundef \
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Werror
HARDEN := -fstack-protector-strong -fPIE
CPPFLAGS += -D_GNU_SOURCE -Icompiler -Igrammar -I$(GEN)
CFLAGS += -std=c11 $(WARN) $(OPT_$(CFG)) $(HARDEN)
LDFLAGS += -pie -Wl,-z,relro,-z,now $(OPT_$(CFG))
LDLIBS += -lyaml -lz

SOURCES := $(sort $(wildcard compiler/*/*.c))
RULES := $(sort $(wildcard compiler/lint/rules/VC*.md))
GENERATED := $(GEN)/vpol_scan.c $(GEN)/vpol_parse.c $(GEN)/lint_rules.c
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(GENERATED:%.c=%.o)
LIBRARY := $(BUILD)/libvulnctl.a
PROGRAM := $(BUILD)/vulnctl
UNIT := $(sort $(wildcard tests/unit/test_*.c))
BENCH := $(BUILD)/bench/floor $(BUILD)/bench/measure
TESTS := $(UNIT:tests/unit/%.c=$(BUILD)/tests/%)

.PHONY: all check bless conformance clean tests bench bench-eval bench-lint bench-profile
.DELETE_ON_ERROR:
all: $(PROGRAM) vulnctl

vulnctl: $(PROGRAM)
	ln -sfn $(PROGRAM) $@

$(PROGRAM): $(BUILD)/compiler/main.o $(LIBRARY)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIBRARY): $(OBJECTS)
	rm -f $@
	ar rcsD $@ $^

$(GEN)/vpol_scan.c: grammar/vpol.l | $(GEN)
	flex -Cf --header-file=$(GEN)/vpol_scan.h -o $@ $<

$(GEN)/vpol_parse.c: grammar/vpol.y | $(GEN)
	bison -Wcounterexamples -Werror --header=$(GEN)/vpol_parse.h -o $@ $<

$(GEN)/vpol_scan.h: $(GEN)/vpol_scan.c
$(GEN)/vpol_parse.h: $(GEN)/vpol_parse.c
$(GEN)/vpol_scan.o $(GEN)/vpol_parse.o: $(GEN)/vpol_scan.h $(GEN)/vpol_parse.h
$(filter $(BUILD)/compiler/syntax/%,$(OBJECTS)): $(GEN)/vpol_scan.h $(GEN)/vpol_parse.h

$(GEN)/lint_rules.h: compiler/lint/rules.awk $(RULES) | $(GEN)
	awk -v header=1 -f compiler/lint/rules.awk $(RULES) >$@

$(GEN)/lint_rules.c: compiler/lint/rules.awk $(RULES) | $(GEN)
	awk -f compiler/lint/rules.awk $(RULES) >$@

$(filter $(BUILD)/compiler/lint/% $(BUILD)/compiler/cmd/%,$(OBJECTS)): $(GEN)/lint_rules.h
$(GEN)/lint_rules.o: $(GEN)/lint_rules.h

$(GEN):
	mkdir -p $@

$(GEN)/%.o: $(GEN)/%.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%: tests/unit/%.c tests/unit/tap.h $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -Itests/unit -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< \
		$(LIBRARY) $(LDLIBS)

$(BUILD)/tests/test_json $(BUILD)/tests/test_json_scan $(BUILD)/tests/test_input: LDLIBS += -ljansson

# How to compile and to link, for tests/faults.
$(BUILD)/commands: Makefile
	@mkdir -p $(@D)
	printf '%s\n' '$(CC) $(CPPFLAGS) $(CFLAGS)' '$(CC) $(LDFLAGS)' '$(LDLIBS)' >$@

tests: $(TESTS) $(BUILD)/commands $(BENCH)

check: all tests
	$(PYTHON) tests/run.py --build $(BUILD)

bless: all
	$(PYTHON) tests/meta/rules.py --build $(BUILD) --bless
	$(PYTHON) tests/run.py --build $(BUILD) --bless

$(BUILD)/tests/judge: tests/conformance/judge.c $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $(LIBRARY) $(LDLIBS)

conformance: all $(BUILD)/tests/judge $(BUILD)/tests/test_workflow \
		$(BUILD)/tests/test_jsonata
	$(PYTHON) tests/conformance/run.py --build $(BUILD)

BENCH_SIZES ?= 1000,10000,100000
BENCH_SECONDS ?= 300
BENCH_CASE ?= all
BENCH_N ?= 1000
BENCH_TOP ?= 30

$(BUILD)/bench/floor: tests/bench/floor.l tests/bench/floor.y
	@mkdir -p $(@D)
	bison -Wcounterexamples -Werror --header=$(@D)/floor.h -o $(@D)/floor_parse.c \
		tests/bench/floor.y
	flex -Cf -o $(@D)/floor_scan.c tests/bench/floor.l
	$(CC) -Wall -Wextra -Werror -O2 -I$(@D) -o $@ $(@D)/floor_parse.c $(@D)/floor_scan.c

$(BUILD)/bench/measure: tests/bench/measure.c
	@mkdir -p $(@D)
	$(CC) -Wall -Wextra -Werror -O2 -o $@ $<

bench: all $(BENCH)
	$(PYTHON) tests/bench/bench.py --build $(BUILD) --sizes $(BENCH_SIZES) \
		--seconds $(BENCH_SECONDS)

BENCH_FINDINGS ?= 100000
BENCH_STATEMENTS ?= 1,100,1000

$(BUILD)/bench/jansson: tests/bench/jansson.c
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -Wall -Wextra -Werror -O2 -o $@ $< -ljansson

bench-eval: all $(BENCH) $(BUILD)/bench/jansson
	$(PYTHON) tests/bench/bench_eval.py --build $(BUILD) --findings $(BENCH_FINDINGS) \
		--statements $(BENCH_STATEMENTS)

bench-lint: all $(BENCH)
	$(PYTHON) tests/bench/bench_lint.py --build $(BUILD) --sizes $(BENCH_SIZES) \
		--seconds $(BENCH_SECONDS)

bench-profile: all $(BENCH)
	$(PYTHON) tests/bench/bench.py --build $(BUILD) --sizes $(BENCH_N) \
		--seconds $(BENCH_SECONDS) --profile $(BENCH_CASE) --top $(BENCH_TOP)

clean:
	rm -rf build vulnctl

-include $(OBJECTS:.o=.d) $(BUILD)/compiler/main.d $(TESTS:%=%.d) $(BUILD)/tests/judge.d
