/** The page of all runs in a real browser, as readers open it: from a file, without a network, wide and narrow. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { indexCommand } from "../../harness/cli/report-index.ts";
import { captured, stored } from "../../harness/cli/testing/fake-store.ts";
import { violationsOn } from "./accessibility.ts";
import { openBrowser } from "./chromium.ts";

const CONFIGS = ["async", "sync", "patroni", "patroni-strict", "devices", "passive-nginx"];

let browser: Browser;
let root: string;
let output: string;

beforeAll(async () => {
  browser = await openBrowser(console.log);
  root = mkdtempSync(join(tmpdir(), "fhirdrill-overview-"));
  output = join(root, "index.html");
  for (const config of CONFIGS) stored(root, ["region-loss-after-partition", config, "r1"]);
  stored(root, ["loss", "async", "r2"], {}, () => ({ audit: [] }));
  rmSync(join(stored(root, ["loss", "sync", "r3"]), "verdict.json"));
  await captured(() => indexCommand([root], { output }));
});
afterAll(async () => {
  await browser.close();
  rmSync(root, { recursive: true });
});

async function open(options: BrowserContextOptions): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(pathToFileURL(output).href);
  return page;
}

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  test.each([1280, 360])("%d pixels wide, it is accessible", async (width) => {
    const page = await open({ colorScheme, viewport: { width, height: 800 } });
    for (const opener of await page.locator("details > summary").all()) await opener.click();
    expect(await violationsOn(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
});

test("on a narrow screen the table scrolls by itself, and its scenarios stay visible", async () => {
  const page = await open({ viewport: { width: 360, height: 800 } });
  const table = page.locator(".table");
  expect(await table.evaluate((each) => each.scrollWidth > 2 * each.clientWidth)).toBe(true);
  const scenario = page.getByRole("rowheader", { name: "region-loss-after-partition" });
  const before = await scenario.evaluate((each) => each.getBoundingClientRect().left);
  await table.evaluate((each) => each.scrollBy(600, 0));
  expect(await table.evaluate((each) => each.scrollLeft)).toBe(600);
  expect(await scenario.evaluate((each) => each.getBoundingClientRect().left)).toBe(before);
});

test("a cell links to its run's page on the disk", async () => {
  const page = await open({ viewport: { width: 1280, height: 800 }, offline: true });
  await page.locator("td.holds .newest a").first().click();
  expect(await page.locator("h1").textContent()).toContain("HOLDS");
});
