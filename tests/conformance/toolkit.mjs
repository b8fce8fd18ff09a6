// SPDX-License-Identifier: Apache-2.0
//
// Annotations as the toolkit of GitHub Actions writes them: one for each line of standard input,
// which is {command, message, properties} in JSON.
//
// usage: toolkit.mjs JUDGES
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[2], "reports", "node_modules", "@actions", "core");
const core = await import(pathToFileURL(resolve(folder, "lib", "core.js")));

for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const { command, message, properties } = JSON.parse(line);
  core[command](message, properties);
}
