import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Fetched } from "./fetched.ts";
import { localKeeper } from "./testing/local-keeper.ts";

const folder = mkdtempSync(join(tmpdir(), "fhirdrill-fetched-"));
afterAll(() => rmSync(folder, { recursive: true }));
const CONTENT = Array.from({ length: 20_000 }, (_, i) => `{"n":${i}}\n`).join("");

let files = 0;
function place() {
  files += 1;
  return { from: join(folder, `from-${files}`), to: join(folder, `to-${files}`) };
}
/** A byte of the file is changed in transit. */
const altered = (piece: Buffer) => Buffer.from(piece.toString("latin1").replace('"n":7}', '"n":8}'), "latin1");

test("a file is fetched to its very end", async () => {
  const { from, to } = place();
  const fetched = new Fetched(localKeeper(folder), from, to);
  writeFileSync(from, CONTENT.slice(0, 1000));
  appendFileSync(from, CONTENT.slice(1000));
  expect(await fetched.whole()).toBe(true);
  expect(readFileSync(to, "utf8")).toBe(CONTENT);
});

test("a copy that differs is fetched again from the beginning", async () => {
  const { from, to } = place();
  const keeper = localKeeper(folder, { onTheWay: (piece, connection) => (connection === 0 ? altered(piece) : piece) });
  writeFileSync(from, CONTENT);
  const fetched = new Fetched(keeper, from, to);
  expect(await fetched.whole()).toBe(true);
  expect(readFileSync(to, "utf8")).toBe(CONTENT);
  expect(keeper.opened.map((argv) => argv.at(-1))).toEqual(["0", "0"]);
  expect(existsSync(`${to}.part`)).toBe(false);
});

test("a copy that always differs is a failure, and is kept", async () => {
  const { from, to } = place();
  const keeper = localKeeper(folder, { onTheWay: altered });
  writeFileSync(from, CONTENT);
  await expect(new Fetched(keeper, from, to).whole()).rejects.toThrow(
    `${from} of a runner could not be fetched whole: it was fetched 4 times, and never matched the original`,
  );
  expect(readFileSync(to, "utf8")).toBe(CONTENT.replace('"n":7}', '"n":8}'));
});

test("a missing file is distinguished from an empty one", async () => {
  const [none, empty] = [place(), place()];
  writeFileSync(empty.from, "");
  const keeper = localKeeper(folder);
  expect(await new Fetched(keeper, none.from, none.to).whole()).toBe(false);
  expect(await new Fetched(keeper, empty.from, empty.to).whole()).toBe(true);
  expect([none, empty].map(({ to }) => readFileSync(to, "utf8"))).toEqual(["", ""]);
});

test("a file that cannot be measured is a failure", async () => {
  const { from, to } = place();
  writeFileSync(from, CONTENT);
  const gone = { ...localKeeper(folder), exec: async () => Promise.reject(new Error("container not found")) };
  await expect(new Fetched(gone, from, to).whole()).rejects.toThrow("could not be fetched whole: container not found");
}, 20_000);
