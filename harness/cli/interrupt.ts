/** The first Ctrl-C stops a drill and removes what it started. A later second one exits at once. */
import { COMMAND } from "../model/program/built.ts";
import { EXIT, Interrupted } from "../model/program/failure.ts";
import { tell } from "./standard-streams.ts";

/** npm forwards a Ctrl-C that the terminal already sent to every process, so two signals at once count as one. */
const SAME_KEYSTROKE_MS = 1000;

export function interruptible(): AbortController {
  const abort = new AbortController();
  let firstMs: number | null = null;
  const onSignal = () => {
    if (firstMs === null) {
      firstMs = performance.now();
      tell("\ninterrupted: stopping, and removing what was started (interrupt again to exit at once)\n");
      abort.abort(new Interrupted("interrupted"));
    } else if (performance.now() - firstMs > SAME_KEYSTROKE_MS) {
      tell(`exited at once: \`${COMMAND} clean\` removes the rest\n`);
      process.exit(EXIT.interrupted);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  return abort;
}
