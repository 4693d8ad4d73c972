/**
 * What Toxiproxy can do to a link besides cutting it. `upstream` is the way of requests, `downstream` that of answers.
 * Each resolves when it is in force; the returned function takes it back.
 */
import { type ICreateToxicBody, Toxiproxy } from "toxiproxy-node-client";
import type { Link } from "../harness/model/side.ts";
import { currentPort } from "../harness/topology/container.ts";
import type { Topology } from "../harness/topology/topology.ts";

const API_PORT = 8474;

type Way = "upstream" | "downstream";
type Undo = () => Promise<void>;

/** Nothing is refused and no connection ends: the bytes just never arrive. Taking it back ends the connections it held. */
export async function silence(topology: Topology, link: Link, ...ways: Way[]): Promise<Undo> {
  const undo = await Promise.all(
    ways.map((way) => poison(topology, link, { ...toxic("timeout", way), attributes: { timeout: 0 } })),
  );
  return async () => {
    await Promise.all(undo.map((takeBack) => takeBack()));
  };
}

/** Answers come later by so much. */
export function slowDown(topology: Topology, link: Link, latency: number): Promise<Undo> {
  return poison(topology, link, { ...toxic("latency", "downstream"), attributes: { latency, jitter: 0 } });
}

function toxic(type: "timeout" | "latency", stream: Way) {
  return { name: `${type}-${stream}`, type, stream, toxicity: 1 };
}

async function poison({ engine, links }: Topology, link: Link, body: ICreateToxicBody<unknown>): Promise<Undo> {
  const api = new Toxiproxy(`http://127.0.0.1:${await currentPort(engine, links.container, API_PORT)}`);
  const added = await (await api.get(link)).addToxic(body);
  return () => added.remove();
}
