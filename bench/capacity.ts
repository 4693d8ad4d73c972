/** How fast the load can write, and how much of it the lab carries: `npm run bench:capacity`, 20 minutes. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const COMPONENTS = {
  "What a write costs k6": "capacity-cost.ts",
  "How fast runners can write": "capacity-runners.ts",
  "What the lab carries": "capacity-lab.ts",
};
for (const [title, program] of Object.entries(COMPONENTS)) {
  console.log(`\n${title}\n`);
  // Each has its own network, and removes it when it ends.
  execFileSync(process.execPath, [fileURLToPath(new URL(program, import.meta.url))], { stdio: "inherit" });
}
