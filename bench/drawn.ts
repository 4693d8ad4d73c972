/** Milliseconds from navigation to the first frame after the whole page was drawn, in Chromium. */
import { pathToFileURL } from "node:url";
import type { openBrowser } from "../test/browser/chromium.ts";

type Browser = Awaited<ReturnType<typeof openBrowser>>;

export async function drawnAfter(browser: Browser, path: string): Promise<number> {
  const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await tab.goto(pathToFileURL(path).href);
  await tab.waitForFunction(() => performance.getEntriesByName("drawn").length > 0);
  const atMs = await tab.evaluate(() => performance.getEntriesByName("drawn")[0]?.startTime ?? Number.NaN);
  await tab.close();
  return atMs;
}
