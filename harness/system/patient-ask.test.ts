import { expect, test } from "vitest";
import { patiently } from "./patient-ask.ts";

function served(...statuses: [number, string?][]) {
  const waits: number[] = [];
  const requests: string[] = [];
  const ask = patiently(
    async (path) => {
      requests.push(path);
      const [status, after] = statuses[Math.min(requests.length, statuses.length) - 1] as [number, string?];
      return new Response("", { status, headers: after === undefined ? {} : { "Retry-After": after } });
    },
    async (ms) => waits.push(ms),
  );
  return { ask, requests, waits };
}

test("a request is not retried after any other status", async () => {
  const { ask, requests, waits } = served([503, "1"]);
  expect([(await ask("Patient/1")).status, requests, waits]).toEqual([503, ["Patient/1"], []]);
});

test("a request is retried after 429, when Retry-After says so, or after a second", async () => {
  const { ask, waits } = served([429, "7"], [429], [200]);
  expect([(await ask("Patient/1")).status, waits]).toEqual([200, [7000, 1000]]);
});

test("at most five requests, and no retry after a Retry-After that is too long", async () => {
  const never = served([429]);
  expect([(await never.ask("x")).status, never.waits]).toEqual([429, [1000, 1000, 1000, 1000]]);
  const long = served([429, "21"]);
  expect([(await long.ask("x")).status, long.waits]).toEqual([429, []]);
});
