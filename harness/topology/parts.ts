/** The containers that can be broken, by the names of what they are. */
import type { StartedTestContainer } from "testcontainers";
import type { Part, Side } from "../model/side.ts";
import type { Topology } from "./topology.ts";

export function containerOf({ hapi, postgres, proxy }: Topology, part: Part): StartedTestContainer {
  if (part === "nginx") return proxy.container;
  const [kind, side] = part.split("-") as ["hapi" | "pg", Side];
  return (kind === "hapi" ? hapi : postgres)[side].container;
}
