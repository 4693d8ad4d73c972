import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DEAD_ADDRESS } from "../../system/testing/loopback-server.ts";
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
