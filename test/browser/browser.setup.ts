/** Installs the browser on a fresh machine once, before several tests need it. If that fails, each test reports it. */
import { findBrowser } from "./chromium.ts";

export default async function setup(): Promise<void> {
  await findBrowser(process.env, console.log).catch(() => {});
}
