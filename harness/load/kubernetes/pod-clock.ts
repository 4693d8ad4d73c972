/** The clock of the node that a pod is on, by a program that tells it on demand: a new one each time would take too long. */
import type { Clock, ClockSample } from "../../model/record/clock.ts";
import type { Line } from "../../systems/attached/kubernetes/cluster.ts";
import type { Open } from "./follow.ts";
import { TELL_TIME } from "./keeper.ts";
import { within } from "./within.ts";

const ANSWERS_WITHIN_MS = 5000;

/** One connection. What an earlier one still says answers no question of this one. */
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

  /** One at a time. Rejects without an answer; the next time there is another connection. */
  async sample(now: Clock): Promise<ClockSample> {
    this.#session ??= await connected(this.#open);
    const { line, next } = this.#session;
    try {
      const answer = next();
      const askedMs = now();
      line.write("\n");
      const gone = line.ended.then(() => Promise.reject(new Error("the program that tells the time has ended")));
      const said = await within(ANSWERS_WITHIN_MS, "asking for the time", Promise.race([answer, gone]));
      const answeredMs = now();
      if (!/^\d+\.\d{6}$/.test(said)) throw new Error(`that is no time: ${said.slice(0, 100)}`);
      return { askedMs, answeredMs, epochMs: Number(said) * 1000 };
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
  let said = "";
  let tell: (line: string) => void = () => {};
  const opening = open(TELL_TIME, (piece) => {
    const lines = (said + piece.toString("latin1")).split("\n");
    said = lines.pop() ?? "";
    for (const line of lines) tell(line);
  });
  const next = () =>
    new Promise<string>((resolve) => {
      tell = resolve;
    });
  try {
    return { line: await within(ANSWERS_WITHIN_MS, "connecting", opening), next };
  } catch (error) {
    // It may still come.
    opening.then(
      (line) => line.close(),
      () => {},
    );
    throw error;
  }
}
