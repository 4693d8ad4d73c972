/** One installs the browser, on a fresh machine, before several look for it. If there is none, each test says so. */
import { findBrowser } from "./chromium.ts";

export default async function setup(): Promise<void> {
  await findBrowser(process.env, console.log).catch(() => {});
}
