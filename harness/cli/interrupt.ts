/** Ctrl-C once ends a drill in order; a second time, later, gives up waiting for that. */
import { EXIT, Interrupted } from "../model/failure.ts";
import { tell } from "./standard-streams.ts";

/** npm passes a Ctrl-C on although the terminal has sent it to everybody: two signals at once are one. */
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
      tell("exited at once: `npm run chaos -- clean` removes the rest\n");
      process.exit(EXIT.interrupted);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  return abort;
}
