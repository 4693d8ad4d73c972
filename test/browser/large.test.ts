/** The page of a fake run with a million writes: a real drill of that size would take three hours. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { madeUpRun } from "../../bench/made-up-run.ts";
import { downtime } from "../../harness/check/downtime.ts";
import { judge } from "../../harness/check/judge.ts";
import { lostWrites } from "../../harness/check/lost-writes.ts";
import { pageOf } from "../../harness/report/run-page/page.ts";
import { openBrowser } from "./chromium.ts";

test("is below 10 MB, opens, and shows a single bin when zoomed in", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fhirdrill-large-"));
  const browser = await openBrowser(console.log);
  try {
    const { record } = madeUpRun(1e6);
    const path = join(folder, "report.html");
    writeFileSync(path, pageOf(record, judge(record, [lostWrites, downtime])));
    expect(statSync(path).size).toBeLessThan(10e6);
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error.stack)));
    await page.goto(pathToFileURL(path).href);
    await page.waitForFunction(() => performance.getEntriesByName("drawn").length > 0);
    const readout = page.locator("#readout");
    expect(await readout.textContent()).toMatch(/\d+ to \d+ in a bin of 125 ms/);
    for (let step = 0; step < 20; step += 1) await page.getByRole("button", { name: "Zoom in" }).click();
    // A write every 10 ms, and none acknowledged in the second after the fault.
    expect(await readout.textContent()).toContain(
      "5000.000 to 5000.125 s, in which the fault began: 0 acknowledged; 0 failed, 13 unknown; ",
    );
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
});
