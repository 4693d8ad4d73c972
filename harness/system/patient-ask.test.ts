import { expect, test } from "vitest";
import { patiently } from "./patient-ask.ts";

function served(...statuses: [number, string?][]) {
  const waits: number[] = [];
  const asked: string[] = [];
  const ask = patiently(
    async (path) => {
      asked.push(path);
      const [status, after] = statuses[Math.min(asked.length, statuses.length) - 1] as [number, string?];
      return new Response("", { status, headers: after === undefined ? {} : { "Retry-After": after } });
    },
    async (ms) => waits.push(ms),
  );
  return { ask, asked, waits };
}

test("what is answered is not asked again", async () => {
  const { ask, asked, waits } = served([503, "1"]);
  expect([(await ask("Patient/1")).status, asked, waits]).toEqual([503, ["Patient/1"], []]);
});

test("a server that has too much to do is asked again when it wants to be, or after a second", async () => {
  const { ask, waits } = served([429, "7"], [429], [200]);
  expect([(await ask("Patient/1")).status, waits]).toEqual([200, [7000, 1000]]);
});

test("five times at the most, and not at all where it wants too long", async () => {
  const never = served([429]);
  expect([(await never.ask("x")).status, never.waits]).toEqual([429, [1000, 1000, 1000, 1000]]);
  const long = served([429, "21"]);
  expect([(await long.ask("x")).status, long.waits]).toEqual([429, []]);
});
