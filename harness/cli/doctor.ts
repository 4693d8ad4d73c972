/** `doctor`: checks whether this machine can run drills, and what the first drill still has to install. Changes nothing. */
import { cpus, freemem } from "node:os";
import { DrillFailure, EXIT } from "../model/failure.ts";
import { freeBytes } from "../store/free-space.ts";
import { RESULTS } from "../store/results.ts";
import { NoEngine, reachEngine, versionOf } from "../systems/lab/engine.ts";
import { presentImages } from "../systems/lab/images.ts";
import { loadSettings } from "./settings.ts";
import { print } from "./standard-streams.ts";

const GIB = 2 ** 30;
const NEEDED = { memoryGiB: 3, diskGiB: 8 };

interface Finding {
  what: string;
  found: string;
  good: boolean;
  todo: string;
}

export async function doctorCommand(json: boolean): Promise<number> {
  const findings = await examine();
  if (json) print(`${JSON.stringify(findings)}\n`);
  else
    for (const { what, found, good, todo } of findings) {
      print(`${good ? "ok  " : "    "} ${what.padEnd(10)} ${found}${good ? "" : `\n                ${todo}`}\n`);
    }
  return findings.some((finding) => finding.what === "engine" && !finding.good) ? EXIT.internal : 0;
}

async function examine(): Promise<Finding[]> {
  const freeGiB = freeBytes(RESULTS) / GIB;
  const memoryGiB = freemem() / GIB;
  const findings: Finding[] = [
    { what: "node", found: process.version, good: true, todo: "" },
    {
      what: "cores",
      found: String(cpus().length),
      good: cpus().length >= 2,
      todo: "with one core, the load and the servers starve each other",
    },
    {
      what: "memory",
      found: `${memoryGiB.toFixed(1)} GiB free`,
      good: memoryGiB >= NEEDED.memoryGiB,
      todo: `a drill needs about ${NEEDED.memoryGiB} GiB`,
    },
    {
      what: "disk",
      found: `${freeGiB.toFixed(0)} GiB free`,
      good: freeGiB >= NEEDED.diskGiB,
      todo: `building the images takes up to ${NEEDED.diskGiB} GiB`,
    },
  ];
  const engine = await reachEngine().catch((error) => error);
  if (engine instanceof NoEngine) {
    const todo = "a drill installs and starts Docker itself, on Debian or Ubuntu as root";
    return [...findings, { what: "engine", found: "none answers", good: false, todo }];
  }
  if (engine instanceof DrillFailure) {
    const { what, why, todo } = engine.text;
    return [...findings, { what: "engine", found: `${what}: ${why}`, good: false, todo }];
  }
  findings.push({ what: "engine", found: `Docker API, version ${await versionOf(engine)}`, good: true, todo: "" });
  for (const [part, image] of Object.entries(await presentImages(engine, (await loadSettings()).images))) {
    const found = image ? `${image.name} (${image.origin})` : "not present yet";
    findings.push({ what: part, found, good: image !== null, todo: "the next drill pulls or builds it" });
  }
  return findings;
}
