import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Row, sessionBy } from "../../system/testing/bare-system.ts";
import { DEAD_ADDRESS, listen } from "../../system/testing/loopback-server.ts";
import { primaryBy } from "./primary.ts";

/** A program that prints the content of a file. */
function teller(first: string) {
  const file = join(mkdtempSync(join(tmpdir(), "primary-")), "says");
  const says = (text: string) => writeFileSync(file, text);
  says(first);
  const argv: [string, ...string[]] = [
    process.execPath,
    "-e",
    `process.stdout.write(require("fs").readFileSync(${JSON.stringify(file)}))`,
  ];
  let ms = 0;
  return { says, source: { run: { argv, timeoutSeconds: 10 } }, now: () => (ms += 1000) };
}

test("each change of a program's answer starts a new timeline", async () => {
  const { says, source, now } = teller('{"primary":"a"}');
  const ask = await primaryBy(source, { databases: null, cluster: null }, now);
  const serverOf = async (side: "a" | "b") => (await ask(side)).server;
  expect(await serverOf("a")).toEqual({ role: "primary", state: "told", timeline: 1 });
  expect(await serverOf("b")).toEqual({ role: "replica", state: "told", timeline: 1 });
  says('{"primary":null}');
  expect(await ask("a")).toMatchObject({ server: null, lock: { holder: null }, why: "it names no primary" });
  says('{"primary":"b"}');
  expect(await serverOf("b")).toEqual({ role: "primary", state: "told", timeline: 2 });
  says('{"primary":"a"}');
  expect(await serverOf("a")).toMatchObject({ role: "primary", timeline: 3 });
});

test("invalid output of a program is no answer", async () => {
  const { says, source, now } = teller('{"primary":"a"}');
  const ask = await primaryBy(source, { databases: null, cluster: null }, now);
  for (const text of ["", "a", '{"primary":"c"}', '{"primary":"a","since":1}']) {
    says(text);
    expect(await ask("a")).toMatchObject({ server: null, lock: null });
  }
});

test("a source without an answer is refused at the start", async () => {
  const { source, now } = teller("?");
  await expect(primaryBy(source, { databases: null, cluster: null }, now)).rejects.toMatchObject({ exitCode: 2 });
  const nowhere = `http://${DEAD_ADDRESS}`;
  const patroni = { a: nowhere, b: nowhere };
  await expect(primaryBy({ patroni }, { databases: null, cluster: null }, now)).rejects.toThrow(
    `the primary cannot be determined: ${nowhere}/patroni`,
  );
});

test("without a primary among the databases, the start is refused", async () => {
  const source = { sql: true } as const;
  const answering = (row: Row) => ({ connect: async () => sessionBy(async () => ({ rows: [row], rowCount: 1 })) });
  const gone = { connect: () => Promise.reject(new Error("connection refused")) };
  const begun = (databases: Parameters<typeof primaryBy>[1]["databases"]) =>
    primaryBy(source, { databases, cluster: null }, () => 0);
  const standby = answering({ role: "replica", timeline: 3, state: "streaming" });
  await expect(begun({ a: standby, b: gone })).rejects.toThrow(/no database reports that it is the primary/);
  const primary = answering({ role: "primary", timeline: 3, state: "running" });
  await expect(begun({ a: gone, b: primary })).resolves.toBeDefined();
});

test("one's own Patroni is asked for its history when that is wanted, under its own names", async () => {
  const answers: Record<string, object> = {
    "/patroni": { state: "running", role: "primary", timeline: 58, patroni: { name: "fhir-1" } },
    "/cluster": { scope: "main", members: [{ name: "fhir-1", role: "leader", state: "running" }] },
    "/history": [[57, 1, "no recovery target specified", "2026-11-28T14:47:14.444550+00:00", "fhir-1"]],
  };
  const server = createServer(({ url = "" }, response) => void response.end(JSON.stringify(answers[url])));
  const address = `http://${await listen(server)}`;
  const patroni = { a: address, b: address };
  const ask = await primaryBy({ patroni }, { databases: null, cluster: null }, () => 0);
  expect(await ask("a")).not.toHaveProperty("history");
  expect((await ask("a", true)).history).toMatchObject([{ timeline: 57, leader: "fhir-1", side: "a" }]);
  server.close();
});
