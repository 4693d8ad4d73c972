import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { until } from "../../system/waiting.ts";
import { Copy } from "./copy.ts";
import { follow } from "./follow.ts";
import { localKeeper } from "./testing/local-keeper.ts";

const folder = mkdtempSync(join(tmpdir(), "fhirdrill-follow-"));
afterAll(() => rmSync(folder, { recursive: true }));

const QUICK = { connectMs: 10_000, silentMs: 3000, againMs: 10, giveUpMs: 60_000 };
let files = 0;

/** Follows a test file until everything written there is copied. */
function following(keeper = localKeeper(folder), patience = QUICK) {
  files += 1;
  const [from, copy] = [join(folder, `from-${files}`), new Copy(join(folder, `to-${files}`))];
  const over = new AbortController();
  const done = follow(keeper.open, { path: from, copy }, over.signal, patience);
  done.catch(() => {});
  const arrived = (bytes: number) =>
    until({ what: `byte ${bytes}`, deadlineMs: 60_000, everyMs: 5 }, async () => copy.bytes >= bytes);
  const end = async () => {
    over.abort();
    await done;
    copy.close();
    return readFileSync(copy.path);
  };
  return { from, copy, done, arrived, end };
}

test("appended bytes arrive while the file is followed, even if it does not exist yet", async () => {
  const { from, arrived, end } = following();
  await sleep(50);
  writeFileSync(from, "one\n");
  await arrived(4);
  appendFileSync(from, "two — ü\n");
  await arrived(Buffer.byteLength("one\ntwo — ü\n"));
  expect(String(await end())).toBe("one\ntwo — ü\n");
});

test("after a broken connection, a new one continues at the next byte", async () => {
  // Each of the first three breaks within a frame, the last of them in its header.
  const cutAt = [700_000, 5, 12];
  let seen = 0;
  const keeper = localKeeper(folder, {
    onTheWay: (piece, connection) => {
      const left = (cutAt[connection] ?? Number.POSITIVE_INFINITY) - seen;
      seen += piece.length;
      if (left > piece.length) return piece;
      seen = 0;
      return null;
    },
  });
  const { from, copy, arrived, end } = following(keeper);
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => `line ${i}\n`).join(""));
  writeFileSync(from, content.subarray(0, 2_000_000));
  await arrived(1_900_000);
  appendFileSync(from, content.subarray(2_000_000));
  await arrived(content.length);
  expect((await end()).equals(content)).toBe(true);
  expect(keeper.opened).toHaveLength(4);
  expect(copy.bytes).toBe(content.length);
  expect(keeper.opened.map((argv) => Number(argv.at(-1))).toSorted((x, y) => x - y)).toEqual(
    keeper.opened.map((argv) => Number(argv.at(-1))),
  );
});

test("a silent connection counts as broken", async () => {
  const keeper = localKeeper(folder, { loses: (connection) => connection === 0 });
  const { from, arrived, end } = following(keeper, { ...QUICK, silentMs: 1500 });
  writeFileSync(from, "all of it");
  await arrived(9);
  await end();
  expect(keeper.opened.length).toBeGreaterThan(1);
});

test("a file is given up when nothing was received for too long", async () => {
  const { done } = following(localKeeper(folder, { refuses: () => true }), { ...QUICK, giveUpMs: 200 });
  await expect(done).rejects.toThrow(/can no longer be followed: nothing was received .* connection refused/);
});

test("garbage ends the connection, but not the file", async () => {
  const keeper = localKeeper(folder, {
    onTheWay: (piece, connection) => (connection === 0 ? Buffer.from("OCI runtime exec failed\n") : piece),
  });
  const { from, arrived, end } = following(keeper);
  writeFileSync(from, "whole");
  await arrived(5);
  expect(String(await end())).toBe("whole");
});
