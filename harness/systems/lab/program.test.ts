import { expect, test } from "vitest";
import { runProgram } from "./program.ts";

test("a failed program is reported with its first complaint, or with its last line if it has no known complaint", async () => {
  const failing = (text: string) => runProgram("sh", ["-c", `printf '${text}'; exit 100`]).catch((error) => error.text);
  const lines =
    "Hit:1 http://far.example\\nE: Could not get lock /var/lib/dpkg/lock\\nE: Unable to lock the directory\\n";
  expect(await failing(lines)).toMatchObject({ what: "sh failed", why: "E: Could not get lock /var/lib/dpkg/lock" });
  expect(await failing("one\\ntwo\\n")).toMatchObject({ why: "two" });
  expect(await runProgram("no-such-program", []).catch((error) => error.text)).toMatchObject({
    why: expect.stringContaining("ENOENT"),
  });
});
