/* SPDX-License-Identifier: Apache-2.0
 *
 * How many events a second AWS's own engine of event patterns takes, in one thread and warmed up.
 *
 * usage: RulerBench PATTERNS EVENTS WARM ROUNDS
 *
 * PATTERNS holds lines {name, pattern}, which go into one machine; EVENTS an event on each line, all
 * of which are read first. After WARM seconds every round runs over all events; the best one counts.
 * Prints {"events": n, "seconds": CPU of the thread, "rules": sum over events of the rules that take
 * it}. */
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import software.amazon.event.ruler.Machine;

public final class RulerBench {
	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private RulerBench() {
	}

	private static Machine machineOf(Path patterns) throws IOException {
		Machine machine = Machine.builder().build();
		ObjectMapper json = new ObjectMapper();

		for (String line : Files.readAllLines(patterns, StandardCharsets.UTF_8)) {
			JsonNode rule = json.readTree(line);

			machine.addRule(rule.get("name").textValue(), rule.get("pattern").toString());
		}
		return machine;
	}

	/* A statement may need several rules, NAME and NAME--2: it is counted once. */
	private static long matches(Machine machine, String event) throws Exception {
		List<String> names = machine.rulesForJSONEvent(event);
		Set<String> statements = new HashSet<>();

		for (String name : names) {
			int more = name.indexOf("--");

			statements.add(more < 0 ? name : name.substring(0, more));
		}
		return statements.size();
	}

	private static long round(Machine machine, List<String> events) throws Exception {
		long rules = 0;

		for (String event : events)
			rules += matches(machine, event);
		return rules;
	}

	public static void main(String[] args) throws Exception {
		Machine machine = machineOf(Path.of(args[0]));
		List<String> events = Files.readAllLines(Path.of(args[1]), StandardCharsets.UTF_8);
		long warm = System.nanoTime() + Long.parseLong(args[2]) * 1_000_000_000L;
		long best = Long.MAX_VALUE;
		long rules = 0;

		do {
			rules = round(machine, events);
		} while (System.nanoTime() < warm);
		for (int i = 0; i < Integer.parseInt(args[3]); i++) {
			long begin = THREADS.getCurrentThreadCpuTime();

			rules = round(machine, events);
			best = Math.min(best, THREADS.getCurrentThreadCpuTime() - begin);
		}
		System.out.printf(Locale.ROOT, "{\"events\": %d, \"seconds\": %.6f, \"rules\": %d}%n",
				events.size(), best / 1e9, rules);
	}
}
