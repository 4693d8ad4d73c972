/** Logs of a run's containers, from an engine that cannot read one of them. */
import { expect, test } from "vitest";
import { saveLogs } from "./logs.ts";
import { fakeEngine } from "./testing/fake-engine.ts";

const PIECES = Buffer.from([1, 0, 0, 0, 0, 0, 0, 3, 97, 98, 10, 2, 0, 0, 0, 0, 0, 0, 2, 99, 10]);

test("an unreadable log does not keep the others from being saved, and is named", async () => {
  const listContainers = async () =>
    ["pg-a", "pg-b", "nginx"].map((name) => ({ Id: name, Names: [`/fhirdrill-r-${name}`] }));
  const getContainer = (id: string) => ({
    logs: async () => {
      if (id === "pg-a") throw new Error("its log driver keeps none");
      return PIECES;
    },
  });
  const engine = fakeEngine({ listContainers, getContainer });
  const saved: string[] = [];
  const saving = saveLogs(engine, "r", (name, text) => void saved.push(`${name}: ${text}`));
  await expect(saving).rejects.toThrow("pg-a: its log driver keeps none");
  expect(saved).toEqual(["pg-b: ab\nc\n", "nginx: ab\nc\n"]);
});
