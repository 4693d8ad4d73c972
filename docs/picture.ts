/** `npm run docs:picture`: the screenshot in the README, of the page of the run in `results/sample`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { writePage } from "../harness/cli/report.ts";
import { RunFolder } from "../harness/store/run-folder.ts";
import { openBrowser } from "../test/browser/chromium.ts";

/** The head of the page and its first charts, in CSS pixels. */
const SHOWN = { width: 1200, height: 1560 };

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "fhirdrill-picture-"));
const page = join(folder, "report.html");
writePage(new RunFolder(path("../results/sample")), page);
const browser = await openBrowser((text) => process.stderr.write(`${text}\n`));
try {
  const tab = await browser.newPage({ viewport: SHOWN, deviceScaleFactor: 1.5, colorScheme: "light" });
  await tab.goto(pathToFileURL(page).href);
  await tab.locator("canvas").first().waitFor();
  await tab.screenshot({ path: path("report.png") });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
