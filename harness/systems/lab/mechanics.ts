/** What every lab offers a drill through its containers, with an operator or with its own failover. */
import { type ComponentName, DEVICE_COMPONENTS, type DeviceComponent } from "../../model/plan/site.ts";
import { SAMPLED_COMPONENTS } from "../../model/record/probe.ts";
import { askAt } from "../../system/edge.ts";
import type { System } from "../../system/system.ts";
import { componentOf, processorOf } from "./component.ts";
import { containedIn, containerAt, type Parts } from "./contained.ts";
import type { Where } from "./container.ts";
import type { Engine } from "./engine.ts";
import { whenEngineIsLost } from "./engine-lost.ts";
import { saveLogs } from "./logs.ts";
import { netfilterOf } from "./netfilter.ts";
import { runBeside } from "./program-beside.ts";
import { usageOf } from "./usage.ts";

const BOOT_ID = "/proc/sys/kernel/random/boot_id";

type Mechanics = Pick<
  System,
  | "edge"
  | "direct"
  | "content"
  | "target"
  | "container"
  | "pod"
  | "hook"
  | "component"
  | "processor"
  | "netfilter"
  | "sampled"
  | "usageOf"
  | "bootId"
  | "runBeside"
  | "readClock"
  | "whenLost"
  | "saveLogs"
>;

/** `tools`: the image of the sidecar containers, and where they start. */
export function mechanicsOf(engine: Engine, tools: Where, parts: Parts): Mechanics {
  const { run, network } = tools;
  return {
    content: "sql",
    direct: {},
    edge: {
      ask: askAt(parts.links.addressOf("edge")),
      fromBeside: async () => ({ baseUrl: `http://${parts.links.addressWithin("edge")}/fhir`, headers: {} }),
    },
    target: hasNone,
    container: hasNone,
    pod: hasNone,
    hook: hasNone,
    component: (part: ComponentName | DeviceComponent) => componentOf(engine, containedIn(parts, part)),
    processor: (part) => processorOf(engine, containedIn(parts, part)),
    netfilter: netfilterOf(engine, tools, (place) => containerAt(parts, place)),
    sampled: parts.devices === undefined ? SAMPLED_COMPONENTS : [...SAMPLED_COMPONENTS, ...DEVICE_COMPONENTS],
    usageOf: (part) => usageOf(engine, run, part),
    /** From any component: they share the kernel. */
    bootId: async () => {
      const { exitCode, output } = await parts.proxy.container.exec(["cat", BOOT_ID]);
      if (exitCode !== 0) throw new Error(output.trim());
      return output;
    },
    runBeside: (program) => runBeside(engine, { run, network }, program),
    readClock: parts.proxy.readClock,
    whenLost: (calledOff) => whenEngineIsLost(engine, calledOff),
    saveLogs: (save) => saveLogs(engine, run, save),
  };
}

function hasNone(name: string): never {
  throw new Error(`the lab has no ${name}: only an attached system has targets and hooks`);
}
