/** The clock of a pod's node, read through one long-running program: starting one per reading would take too long. */
import type { Clock, ClockSample } from "../../model/record/clock.ts";
import type { Line } from "../../systems/attached/kubernetes/cluster.ts";
import type { Open } from "./follow.ts";
import { TELL_TIME } from "./keeper.ts";
import { within } from "./within.ts";

const ANSWERS_WITHIN_MS = 5000;

/** One connection. Late answers of an earlier connection do not count. */
interface Session {
  line: Line;
  next: () => Promise<string>;
}

export class PodClock {
  readonly #open: Open;
  #session: Session | null = null;

  constructor(open: Open) {
    this.#open = open;
  }

  /** To be called one at a time. Rejects without an answer; the next call uses a new connection. */
  async sample(now: Clock): Promise<ClockSample> {
    this.#session ??= await connected(this.#open);
    const { line, next } = this.#session;
    try {
      const answer = next();
      const askedMs = now();
      line.write("\n");
      const gone = line.ended.then(() => Promise.reject(new Error("the program that tells the time has ended")));
      const time = await within(ANSWERS_WITHIN_MS, "asking for the time", Promise.race([answer, gone]));
      const answeredMs = now();
      if (!/^\d+\.\d{6}$/.test(time)) throw new Error(`that is no time: ${time.slice(0, 100)}`);
      return { askedMs, answeredMs, epochMs: Number(time) * 1000 };
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    this.#session?.line.close();
    this.#session = null;
  }
}

async function connected(open: Open): Promise<Session> {
  let rest = "";
  let deliver: (line: string) => void = () => {};
  const opening = open(TELL_TIME, (piece) => {
    const lines = (rest + piece.toString("latin1")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) deliver(line);
  });
  const next = () =>
    new Promise<string>((resolve) => {
      deliver = resolve;
    });
  try {
    return { line: await within(ANSWERS_WITHIN_MS, "connecting", opening), next };
  } catch (error) {
    // The connection may still come up.
    opening.then(
      (line) => line.close(),
      () => {},
    );
    throw error;
  }
}
