import { expect, test } from "vitest";
import type { SiteName } from "../model/plan/site.ts";
import { barePrivateLink } from "../system/testing/bare-system.ts";
import { recordSecondsOf, switchRecord } from "./switch-record.ts";

const ENDPOINTS = { a: "10.0.1.80", b: "10.0.2.80" };

/** Resolvers that have the new zone at the second lookup; `dead` ones never answer. */
function network(dead: readonly SiteName[] = []) {
  let [serial, address, looks] = [1, ENDPOINTS.a, 0];
  const privateLink = barePrivateLink({
    endpoints: ENDPOINTS,
    switchRecord: async (to) => {
      serial += 1;
      address = ENDPOINTS[to];
      looks = 0;
      return serial;
    },
    lookUp: async (from) => {
      looks += 1;
      if (dead.includes(from)) return null;
      return looks > 2 ? address : ENDPOINTS.a;
    },
  });
  return {
    system: { privateLink },
    config: {
      privateLink: { endpoints: "both", recordSeconds: 0, dnsCacheSeconds: 0, connections: "kept" } as const,
    },
    signal: new AbortController().signal,
  };
}

test("it is done when clients of both networks find the new endpoint", async () => {
  expect(await switchRecord(network(), "b")).toEqual({ serial: 2, foundInA: ENDPOINTS.b, foundInB: ENDPOINTS.b });
});

test("a network whose resolver is lost is not waited for", async () => {
  expect(await switchRecord(network(["a"]), "b")).toEqual({ serial: 2, foundInA: null, foundInB: ENDPOINTS.b });
});

test("a configuration without a record, or whose record is never switched, has no switch time", () => {
  expect(recordSecondsOf({ privateLink: null })).toBeNull();
  const left = { endpoints: "both", recordSeconds: null, dnsCacheSeconds: 0, connections: "kept" } as const;
  expect(recordSecondsOf({ privateLink: left })).toBeNull();
  expect(recordSecondsOf({ privateLink: { ...left, recordSeconds: 30 } })).toBe(30);
});
