/** What the load itself can do, and what the lab can take of it: `npm run bench:capacity`, 20 minutes. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const COMPONENTS = {
  "What a write costs k6": "capacity-cost.ts",
  "How fast runners can write": "capacity-runners.ts",
  "What the lab carries": "capacity-lab.ts",
};
for (const [title, program] of Object.entries(COMPONENTS)) {
  console.log(`\n${title}\n`);
  // Each has a network of its own, and removes it when it ends.
  execFileSync(process.execPath, [fileURLToPath(new URL(program, import.meta.url))], { stdio: "inherit" });
}
