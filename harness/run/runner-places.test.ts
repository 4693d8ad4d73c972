import { expect, test } from "vitest";
import { regionLoss } from "../../scenarios/region-loss.ts";
import { bareEdge, barePrivateLink, bareSystem } from "../system/testing/bare-system.ts";
import { networksOf, placesOf } from "./runner-places.ts";

const settings = { endpoints: "a", recordSeconds: null, dnsCacheSeconds: 30, connections: "fresh" } as const;
const started: string[] = [];
const privateLink = barePrivateLink({
  baseUrl: "http://fhir.privatelink.test:8080/fhir",
  endpoints: { a: "10.0.1.80", b: null },
  runBeside: async (side, { name }) => {
    started.push(`${name} in ${side}`);
    return { ended: Promise.resolve(0), log: async () => "" };
  },
});
const edge = bareEdge({ fromBeside: async () => ({ baseUrl: "http://edge/fhir", headers: {} }) });

test("each client network has a runner of its own, which knows the service by name", async () => {
  const places = placesOf(bareSystem({ edge, privateLink }), regionLoss, { privateLink: settings });
  expect(places.map(({ runner }) => runner)).toEqual(["k6-1", "k6-2"]);
  for (const { runner, runBeside, fromBeside } of places) {
    expect(await fromBeside(1000)).toEqual({ baseUrl: privateLink.baseUrl, headers: {} });
    await runBeside({ name: runner, image: "image", environment: {}, folders: [], command: [] });
  }
  expect(started).toEqual(["k6-1 in a", "k6-2 in b"]);
});

test("k6 is set to look names up and keep connections as these clients do", () => {
  const environmentOf = (connections: "kept" | "fresh") =>
    placesOf(bareSystem({ edge, privateLink }), regionLoss, { privateLink: { ...settings, connections } })[0]
      ?.environment;
  expect(environmentOf("fresh")).toEqual({
    FHIRDRILL_TELL_ADDRESS: "true",
    K6_DNS: "ttl=30s,select=random,policy=preferIPv4",
    K6_NO_CONNECTION_REUSE: "true",
  });
  expect(environmentOf("kept")).not.toHaveProperty("K6_NO_CONNECTION_REUSE");
});

test("without client networks, runners are in the system's own network, without such settings", async () => {
  const places = placesOf(bareSystem({ edge }), regionLoss, { privateLink: null });
  expect(places).toHaveLength(1);
  expect(places[0]?.environment).toBeUndefined();
  expect(await places[0]?.fromBeside(1000)).toEqual({ baseUrl: "http://edge/fhir", headers: {} });
  expect(networksOf({ privateLink: null }, ["k6-1"])).toBeNull();
});

test("the record maps networks to runners and endpoint addresses", () => {
  expect(networksOf({ privateLink }, ["k6-1", "k6-2"])).toEqual({
    a: { runner: "k6-1", endpoint: "10.0.1.80" },
    b: { runner: "k6-2", endpoint: null },
  });
  expect(() => networksOf({ privateLink }, ["k6-1"])).toThrow("each client network needs a runner of its own");
});
