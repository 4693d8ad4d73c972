import { createServer } from "node:http";
import { expect, test } from "vitest";
import { fakeParts } from "../check/testing/fake-run.ts";
import type { Roles } from "../system/roles.ts";
import { bareLinks } from "../system/testing/bare-system.ts";
import { listen } from "../system/testing/loopback-server.ts";
import { keepWarm } from "./keep-warm.ts";

const { config } = fakeParts().run;
const warm = { fencing: true, operator: { ...config.operator, standby: "warm" as const } };

/**
 * Two fake servers. Returns the requests to one of them as `METHOD path`, in order. B has the resource some reads later
 * than A.
 */
async function asked(
  settings: Pick<typeof config, "fencing" | "operator">,
  follower: Roles["follower"] = "b",
): Promise<Record<"a" | "b", string[]>> {
  const requests: Record<"a" | "b", string[]> = { a: [], b: [] };
  const stop = new AbortController();
  const servers = (["a", "b"] as const).map((side) =>
    createServer((request, response) => {
      requests[side].push(`${request.method} ${request.url}`);
      if (requests.b.length >= 12) stop.abort();
      const lacks = side === "b" && requests.b.length <= 3;
      request.resume().on("end", () => response.writeHead(lacks ? 404 : 200).end());
    }),
  );
  const addresses = await Promise.all(servers.map((server) => listen(server)));
  const links = bareLinks({ addressOf: (link) => addresses[link === "hapi-a" ? 0 : 1] as string });
  const late = setTimeout(() => stop.abort(), 2000);
  await keepWarm({ links }, settings, () => ({ primary: "a", follower }), stop.signal);
  clearTimeout(late);
  for (const server of servers) server.close();
  return requests;
}

test("the primary gets the resource once; the follower gets writes only once it has the resource", async () => {
  const { a, b } = await asked(warm);
  expect(a).toEqual(["PUT /fhir/Patient/fhirdrill-standby"]);
  const reads = b.filter((request) => request.startsWith("GET"));
  expect(b.slice(0, 4)).toEqual(reads.slice(0, 4));
  expect(b.slice(3)).toContain("PUT /fhir/Patient/fhirdrill-standby");
  expect(b.slice(3)).toContain("POST /fhir/");
});

test("a cold or unfenced standby gets no requests", async () => {
  const cold = { ...warm, operator: { ...warm.operator, standby: "cold" as const } };
  expect(await asked(cold)).toEqual({ a: [], b: [] });
  expect(await asked({ ...warm, fencing: false })).toEqual({ a: [], b: [] });
});

test("without a follower, no server is kept warm", async () => {
  expect((await asked(warm, null)).b).toEqual([]);
});
