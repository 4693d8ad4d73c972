/** `doctor`: checks whether this machine can run drills and what the first drill has to install. Changes nothing. */
import { cpus } from "node:os";
import { DrillFailure, EXIT, reasonOf } from "../model/program/failure.ts";
import { freeBytes } from "../store/free-space.ts";
import { RESULTS, requireWritable } from "../store/results.ts";
import { describeEngine, NoEngine, reachEngine } from "../systems/lab/engine.ts";
import { WHO_STARTS_IT } from "../systems/lab/engine-start.ts";
import { presentImages } from "../systems/lab/images.ts";
import { loadSettings } from "./settings.ts";
import { print } from "./standard-streams.ts";

const GIB = 2 ** 30;
const NEEDED = { memoryGiB: 3, diskGiB: 8 };

/** Without these, no drill can start. */
const NEEDED_BY_ALL = ["engine", "settings", "results"];

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
  return findings.some(({ what, good }) => NEEDED_BY_ALL.includes(what) && !good) ? EXIT.internal : 0;
}

async function examine(): Promise<Finding[]> {
  const freeGiB = freeBytes(RESULTS) / GIB;
  const memoryGiB = process.availableMemory() / GIB;
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
  const settings = await loadSettings().catch((error: unknown) => {
    findings.push(failed("settings", error));
    return null;
  });
  try {
    requireWritable();
  } catch (error) {
    findings.push(failed("results", error));
  }
  const engine = await reachEngine().catch((error: unknown) => {
    const none = { what: "engine", found: "no engine answers", good: false };
    findings.push(error instanceof NoEngine ? { ...none, todo: WHO_STARTS_IT } : failed("engine", error));
    return null;
  });
  if (engine === null) return findings;
  findings.push({ what: "engine", found: await describeEngine(engine), good: true, todo: "" });
  for (const [name, image] of Object.entries(await presentImages(engine, settings?.images ?? {}))) {
    const found = image ? `${image.name} (${image.origin})` : "not present yet";
    findings.push({ what: name, found, good: image !== null, todo: "the next drill pulls or builds it" });
  }
  return findings;
}

function failed(what: string, error: unknown): Finding {
  if (!(error instanceof DrillFailure)) return { what, found: reasonOf(error), good: false, todo: "" };
  const { what: happened, why, todo } = error.text;
  return { what, found: `${happened}: ${why}`, good: false, todo };
}
