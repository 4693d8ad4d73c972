/** Logs of a run's containers, from an engine that has some of them and cannot read one. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RunFolder } from "../store/run-folder.ts";
import type { Engine } from "../topology/engine.ts";
import { saveLogs } from "./logs.ts";

const PIECES = Buffer.from([1, 0, 0, 0, 0, 0, 0, 3, 97, 98, 10, 2, 0, 0, 0, 0, 0, 0, 2, 99, 10]);

test("one log that cannot be read keeps none of the others from being saved, and is named", async () => {
  const path = mkdtempSync(join(tmpdir(), "fhirdrill-logs-"));
  const folder = new RunFolder(path);
  folder.create();
  const listContainers = async () =>
    ["pg-a", "pg-b", "nginx"].map((name) => ({ Id: name, Names: [`/fhirdrill-r-${name}`] }));
  const getContainer = (id: string) => ({
    logs: async () => {
      if (id === "pg-a") throw new Error("its log driver keeps none");
      return PIECES;
    },
  });
  const engine = { container: { dockerode: { listContainers, getContainer } } } as unknown as Engine;
  await expect(saveLogs(engine, "r", folder)).rejects.toThrow("pg-a: its log driver keeps none");
  expect(readdirSync(join(path, "logs")).toSorted()).toEqual(["nginx.log", "pg-b.log"]);
  expect(readFileSync(join(path, "logs", "nginx.log"), "utf8")).toBe("ab\nc\n");
  rmSync(path, { recursive: true });
});
