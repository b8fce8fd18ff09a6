/* SPDX-License-Identifier: Apache-2.0
 *
 * AWS's own engine of event patterns as a judge. Reads JSON lines on standard input, writes JSON
 * lines on standard output:
 *
 *   pairs     {id, pattern, event}            ->  {id, valid, match}
 *             one pattern, one event (none: {}); by Ruler.matchesRule and by a Machine of its
 *             own, which must agree, or the line says {id, disagree: true}
 *   together  {name, pattern}... {id, event}...  ->  {id, together: [names], alone: [names]}...
 *             all patterns in one Machine, and each in a Machine of its own: the two differ where
 *             one rule disturbs another
 *
 * A pattern or event may be JSON or a string that holds its text. */
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;
import software.amazon.event.ruler.Ruler;

public final class Judge {
	private static final ObjectMapper JSON = new ObjectMapper();

	private Judge() {
	}

	private static String text(JsonNode node) {
		return node.isTextual() ? node.textValue() : node.toString();
	}

	/* A Machine takes a bad "$or" for a field of that name; the service's grammar does not. */
	private static Machine machineOf(String name, String pattern) throws IOException {
		String wrong = JsonRuleCompiler.check(pattern);

		if (wrong != null)
			throw new IOException(wrong);
		Machine machine = Machine.builder().build();
		machine.addRule(name, pattern);
		return machine;
	}

	/* What the engine refuses is IOException; IllegalArgumentException for a few operands. */
	private static ObjectNode judgePair(JsonNode line) {
		ObjectNode answer = JSON.createObjectNode();
		String pattern = text(line.get("pattern"));
		String event = line.has("event") ? text(line.get("event")) : "{}";
		Machine machine;

		answer.set("id", line.get("id"));
		try {
			machine = machineOf("rule", pattern);
		} catch (IOException | RuntimeException refused) {
			return answer.put("valid", false).put("match", false).put("error",
					String.valueOf(refused.getMessage()));
		}
		try {
			boolean match = !machine.rulesForJSONEvent(event).isEmpty();

			if (Ruler.matchesRule(event, pattern) != match)
				answer.put("disagree", true);
			return answer.put("valid", true).put("match", match);
		} catch (Exception refused) {
			return answer.put("valid", true).put("match", false).put("error",
					String.valueOf(refused.getMessage()));
		}
	}

	private static final class Rules {
		private final Machine all = Machine.builder().build();
		private final Map<String, Machine> alone = new LinkedHashMap<>();

		void add(JsonNode line) throws IOException {
			String name = line.get("name").textValue();
			String pattern = text(line.get("pattern"));

			alone.put(name, machineOf(name, pattern));
			all.addRule(name, pattern);
		}

		ObjectNode judge(JsonNode line) throws Exception {
			ObjectNode answer = JSON.createObjectNode();
			String event = text(line.get("event"));

			answer.set("id", line.get("id"));
			names(answer.putArray("together"), all.rulesForJSONEvent(event));
			ArrayNode own = answer.putArray("alone");
			for (Map.Entry<String, Machine> rule : alone.entrySet())
				if (!rule.getValue().rulesForJSONEvent(event).isEmpty())
					own.add(rule.getKey());
			return answer;
		}

		private static void names(ArrayNode out, List<String> found) {
			for (String name : new TreeSet<>(found))
				out.add(name);
		}
	}

	public static void main(String[] args) throws Exception {
		boolean pairs = args.length == 1 && args[0].equals("pairs");
		BufferedReader in = new BufferedReader(
				new InputStreamReader(System.in, StandardCharsets.UTF_8));
		PrintWriter out = new PrintWriter(
				new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
		Rules rules = new Rules();

		if (!pairs && !(args.length == 1 && args[0].equals("together"))) {
			System.err.println("usage: Judge pairs|together < LINES");
			System.exit(3);
		}
		for (String text = in.readLine(); text != null; text = in.readLine()) {
			JsonNode line = JSON.readTree(text);

			if (pairs)
				out.println(judgePair(line));
			else if (line.has("pattern"))
				rules.add(line);
			else
				out.println(rules.judge(line));
		}
		out.flush();
	}
}
