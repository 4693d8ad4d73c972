/**
 * A run's page in a real browser, as readers use it: from a file, without a network, by mouse, by keyboard and on
 * paper.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PLAN } from "../../harness/check/testing/fake-plan.ts";
import { faultMsOf } from "../../harness/check/testing/fake-writes.ts";
import { writePage } from "../../harness/cli/report.ts";
import { stored } from "../../harness/cli/testing/fake-store.ts";
import { describe as inWords } from "../../harness/report/run-page/client/describe.ts";
import { binsOf, summary } from "../../harness/report/run-page/client/view.ts";
import type { Timeline } from "../../harness/report/run-page/page-data.ts";
import { RunFolder } from "../../harness/store/run-folder.ts";
import { violationsOn } from "./accessibility.ts";
import { findBrowser, openBrowser } from "./chromium.ts";

const EVIL = `</script><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
const PLAN_MS = { downMs: faultMsOf(PLAN) + 10, upMs: faultMsOf(PLAN) + 3010 };

let browser: Browser;
let root: string;
let path: string;
let timeline: Timeline;

beforeAll(async () => {
  browser = await openBrowser(console.log);
  root = mkdtempSync(join(tmpdir(), "fhirdrill-page-"));
  const lost = Array.from({ length: 20 }, (_, n) => n + 20);
  const folder = stored(root, ["loss", "async", "r1"], { lost, stranded: lost.slice(5) }, ({ events, operations }) => ({
    events: [...events, { type: "note" as const, atMs: 9000, text: EVIL }].toSorted((x, y) => x.atMs - y.atMs),
    operations: operations.map((op) => (op.n === 25 ? { ...op, servedBy: EVIL } : op)),
  }));
  path = join(folder, "report.html");
  writePage(new RunFolder(folder), path);
  const json = /<script id="timeline-data" type="application\/json">(.*?)<\/script>/s.exec(
    readFileSync(path, "utf8"),
  )?.[1];
  timeline = JSON.parse(json as string);
});
afterAll(async () => {
  await browser.close();
  rmSync(root, { recursive: true });
});

/** Errors on the pages of a test, and everything that they requested from the network. */
const wrong: string[] = [];
afterEach(() => {
  expect(wrong.splice(0)).toEqual([]);
});

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const url = pathToFileURL(path).href;
  await context.route("**/*", (route) => {
    if (route.request().url() === url) return route.continue();
    wrong.push(`asked for ${route.request().url()}`);
    return route.abort();
  });
  const page = await context.newPage();
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && wrong.push(message.text()));
  page.on("pageerror", (error) => wrong.push(String(error.stack)));
  page.on("dialog", (dialog) => wrong.push(`dialog: ${dialog.message()}`));
  await page.goto(url);
  if (options.javaScriptEnabled !== false)
    await page.waitForFunction(() => performance.getEntriesByName("drawn").length > 0);
  return page;
}

const plot = (page: Page, name: string) => page.locator(`#plot-${name} .u-over`);
const readout = (page: Page) => page.locator("#readout").textContent();
/** The displayed range, in milliseconds, from the table behind a chart. */
async function shown(page: Page): Promise<{ fromMs: number; toMs: number; whole: boolean; text: string }> {
  const details = page.locator('details[data-picture="acknowledged"]');
  if ((await details.getAttribute("open")) === null) await details.locator("summary").click();
  const text = (await details.locator("caption").textContent()) ?? "";
  const [, from, to] = /([\d.]+) to ([\d.]+) s\./.exec(text) ?? [];
  return { fromMs: Number(from) * 1000, toMs: Number(to) * 1000, whole: text.includes("The whole run"), text };
}

describe("the seeded outage", () => {
  const { downMs, upMs } = PLAN_MS;

  test("is at its time in the data of the page", () => {
    const bin = (ms: number) => Math.floor((ms - timeline.fromMs) / timeline.binMs);
    const { acknowledged, unknown, silentMs } = timeline.columns;
    const inside = acknowledged.slice(bin(downMs) + 1, bin(upMs));
    expect(new Set(inside)).toEqual(new Set([0]));
    expect(acknowledged[bin(downMs - 200)]).toBeGreaterThan(0);
    expect(acknowledged[bin(upMs + 200)]).toBeGreaterThan(0);
    expect(unknown.slice(bin(downMs), bin(upMs) + 1).reduce((sum, count) => sum + count)).toBe(60);
    expect(silentMs[bin((downMs + upMs) / 2)]).toBeGreaterThanOrEqual(3000);
    expect(timeline.down).toHaveLength(1);
  });

  test("is at its time in the pixels of the chart", async () => {
    const page = await open();
    const filled = await page.evaluate(() => {
      const canvas = document.querySelector("#plot-acknowledged canvas") as HTMLCanvasElement;
      const over = document.querySelector("#plot-acknowledged .u-over") as HTMLElement;
      const [box, outer] = [over.getBoundingClientRect(), canvas.getBoundingClientRect()];
      const [left, top] = [Math.round(box.left - outer.left), Math.round(box.top - outer.top)];
      // Without the line of the bins that are 0.
      const [width, height] = [Math.round(box.width), Math.round(box.height) - 6];
      const pixels = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(left, top, width, height).data;
      const isBlue = (at: number) => (pixels[at] as number) < 90 && (pixels[at + 2] as number) > 150;
      const columns = Array.from({ length: width }, (_, x) => x);
      return columns
        .filter((x) => Array.from({ length: height }, (_, y) => isBlue(4 * (y * width + x))).some(Boolean))
        .map((x) => x / width);
    });
    const widest = filled
      .slice(1)
      .map((to, i) => ({ from: filled[i] as number, to }))
      .toSorted((x, y) => y.to - y.from - (x.to - x.from))[0];
    const msAt = (share: number) => timeline.fromMs + share * (timeline.toMs - timeline.fromMs);
    const { binMs } = timeline;
    expect(Math.abs(msAt(widest?.from ?? 0) - downMs)).toBeLessThan(2 * binMs);
    expect(Math.abs(msAt(widest?.to ?? 0) - upMs)).toBeLessThan(2 * binMs);
  });

  test("is in the table behind the chart, bin by bin", async () => {
    const page = await open();
    await shown(page);
    const rows = await page.locator('details[data-picture="acknowledged"] tbody tr').allTextContents();
    const cells = await page
      .locator('details[data-picture="acknowledged"] tbody tr')
      .evaluateAll((all) =>
        all.map((row) => [...(row as HTMLTableRowElement).cells].map((cell) => Number(cell.textContent))),
      );
    expect(rows.length).toBe(binsOf(timeline));
    const none = cells.filter(([from, to]) => (from as number) * 1000 >= downMs && (to as number) * 1000 <= upMs);
    expect(none.length).toBeGreaterThan(20);
    expect(none.every(([, , acknowledged]) => acknowledged === 0)).toBe(true);
  });
});

describe("the cursor", () => {
  test("shows exact values under the mouse", async () => {
    const page = await open();
    const box = (await plot(page, "latency").boundingBox()) as { x: number; y: number; width: number; height: number };
    const share = ((PLAN_MS.downMs + PLAN_MS.upMs) / 2 - timeline.fromMs) / (timeline.toMs - timeline.fromMs);
    await plot(page, "latency").hover({ position: { x: share * box.width, y: 20 } });
    const text = (await readout(page)) ?? "";
    expect(text).toMatch(/^7\.\d+ to 7\.\d+ s, 1\.\d+ s after the fault: 0 acknowledged; \d+ failed, [23] unknown; /);
    expect(text).toContain("longest silence 3");
    expect(await page.locator("#plot-lsn .u-cursor-x").evaluate((line) => getComputedStyle(line).transform)).not.toBe(
      "none",
    );
  });

  test("moves by keys, and announces its values to a screen reader", async () => {
    const page = await open();
    const slider = page.getByRole("slider", { name: "Cursor" });
    await slider.focus();
    const before = await readout(page);
    await page.keyboard.press("ArrowRight");
    expect(await readout(page)).not.toBe(before);
    expect(await slider.getAttribute("aria-valuetext")).toBe(await readout(page));
    const bin = Number(await slider.inputValue());
    expect(await readout(page)).toBe(inWords(timeline, summary(timeline.columns, { from: bin, to: bin + 1 })));
  });
});

describe("zoom", () => {
  test("by dragging across a chart, and back by a double click", async () => {
    const page = await open();
    expect((await shown(page)).whole).toBe(true);
    await plot(page, "silence").evaluate((over) => over.scrollIntoView({ block: "center" }));
    const box = (await plot(page, "silence").boundingBox()) as { x: number; y: number; width: number };
    await page.mouse.move(box.x + 0.4 * box.width, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.5 * box.width, box.y + 30, { steps: 4 });
    await page.mouse.move(box.x + 0.6 * box.width, box.y + 30, { steps: 4 });
    await page.mouse.up();
    const length = timeline.toMs - timeline.fromMs;
    const { fromMs, toMs, whole } = await shown(page);
    expect(whole).toBe(false);
    expect(Math.abs(fromMs - timeline.fromMs - 0.4 * length)).toBeLessThan(2 * timeline.binMs);
    expect(Math.abs(toMs - timeline.fromMs - 0.6 * length)).toBeLessThan(2 * timeline.binMs);
    await plot(page, "silence").dblclick();
    expect((await shown(page)).whole).toBe(true);
  });

  test("by keys", async () => {
    const page = await open();
    await page.getByRole("slider", { name: "Cursor" }).focus();
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    const near = await shown(page);
    expect(near.toMs - near.fromMs).toBeCloseTo((timeline.toMs - timeline.fromMs) / 4, -3);
    await page.getByRole("slider", { name: "Cursor" }).focus();
    await page.keyboard.press("Shift+ArrowRight");
    expect((await shown(page)).fromMs).toBeGreaterThan(near.fromMs);
    await page.getByRole("slider", { name: "Cursor" }).focus();
    await page.keyboard.press("0");
    expect((await shown(page)).whole).toBe(true);
  });

  test("around the cursor, which keeps its position", async () => {
    const page = await open();
    await plot(page, "latency").evaluate((over) => over.scrollIntoView({ block: "center" }));
    const box = (await plot(page, "latency").boundingBox()) as { x: number; y: number; width: number };
    await page.mouse.move(box.x + 0.7 * box.width, box.y + 30);
    const ms = timeline.fromMs + 0.7 * (timeline.toMs - timeline.fromMs);
    for (let times = 0; times < 3; times += 1) await page.getByRole("button", { name: "Zoom in" }).click();
    const { fromMs, toMs } = await shown(page);
    expect(fromMs).toBeLessThan(ms);
    expect(toMs).toBeGreaterThan(ms);
    expect(toMs - fromMs).toBeLessThan((timeline.toMs - timeline.fromMs) / 6);
    const [, from, to] = /^([\d.]+) to ([\d.]+) s/.exec((await readout(page)) ?? "") ?? [];
    expect(Number(from) * 1000).toBeLessThanOrEqual(ms + timeline.binMs);
    expect(Number(to) * 1000).toBeGreaterThanOrEqual(ms - timeline.binMs);
  });

  test("by buttons, and to a named phase", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Zoom in" }).click();
    expect((await shown(page)).whole).toBe(false);
    await page.getByRole("button", { name: "Whole run" }).click();
    expect((await shown(page)).whole).toBe(true);
    await page.getByLabel("Go to").selectOption({ label: "longest outage" });
    const { fromMs, toMs } = await shown(page);
    expect(fromMs).toBeGreaterThan(PLAN_MS.downMs - 2500);
    expect(toMs).toBeLessThan(PLAN_MS.upMs + 2500);
    expect(fromMs).toBeLessThan(PLAN_MS.downMs);
    expect(toMs).toBeGreaterThan(PLAN_MS.upMs);
  });
});

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  test.each([1280, 360])("%d pixels wide, it is accessible", async (width) => {
    const page = await open({ colorScheme, viewport: { width, height: 800 } });
    // One of the tables behind charts is enough: the others are made by the same code.
    for (const opener of await page.locator("details:not([data-picture]) > summary").all()) await opener.click();
    await shown(page);
    expect(await violationsOn(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
});

test("text from a server is shown as text, and not executed", async () => {
  const page = await open();
  await page.getByText(/^All \d+ events, as recorded$/).click();
  for (const where of ["#stories", "[aria-labelledby=events]"])
    expect(await page.locator(where).textContent()).toContain(EVIL);
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  expect(await page.locator("img").count()).toBe(0);
});

test("only its own script runs, even if another one got into the page", async () => {
  const page = await open();
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.hacked = 1";
    document.body.append(script);
  });
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  expect(wrong.splice(0)).toEqual([expect.stringContaining("Content Security Policy")]);
});

test("the list of lost writes can be searched", async () => {
  const page = await open();
  const rows = page.locator("#stories tbody tr");
  expect(await rows.count()).toBe(20);
  await page.getByRole("searchbox").fill("gone");
  expect(await rows.filter({ visible: true }).count()).toBe(5);
  expect(await page.getByRole("status").textContent()).toBe("5 shown");
});

test("without scripts everything but the charts is shown", async () => {
  const page = await open({ javaScriptEnabled: false });
  const text = await page.locator("main").textContent();
  for (const part of [
    // Because one write was acknowledged by a server of neither site.
    "INCONCLUSIVE",
    "20 acknowledged writes were lost",
    "active at",
    "worth-judging",
    "Faults and operations",
    "The charts need the script",
  ])
    expect(text).toContain(part);
});

test("it prints on A4, as wide as the sheet and in dark ink, whatever the screen's theme", async () => {
  const page = await open({ colorScheme: "dark" });
  const wide = await page.locator("#plot-latency canvas").evaluate((canvas) => canvas.clientWidth);
  await page.evaluate(() => {
    addEventListener("beforeprint", () => {
      const canvas = document.querySelector("#plot-latency canvas") as HTMLCanvasElement;
      document.title = `${canvas.clientWidth} ${getComputedStyle(document.body).color}`;
    });
  });
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  expect(pdf).toMatch(/^%PDF-/);
  expect(pdf).toMatch(/\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
  expect(await page.title()).toBe("690 rgb(22, 25, 29)");
  expect(await page.locator("#plot-latency canvas").evaluate((canvas) => canvas.clientWidth)).toBe(wide);
});

test("the place to sign is only on paper", async () => {
  const page = await open();
  const signature = page.getByText("signature", { exact: true });
  expect(await signature.isVisible()).toBe(false);
  await page.emulateMedia({ media: "print" });
  expect(await signature.isVisible()).toBe(true);
});

test("a named browser that does not exist is an error, and no reason to skip", async () => {
  await expect(findBrowser({ FHIRDRILL_CHROMIUM: "/nowhere" }, () => {})).rejects.toThrow(/there is no such file/);
});
