/**
 * Patroni's REST API, as far as a drill needs it; every answer is checked. No answer, or one in another form, throws:
 * silence taken for an answer would look like "no change".
 */
import { z } from "zod";

const MemberSchema = z.object({
  name: z.string(),
  /** `leader` holds the lock, alive or not. */
  role: z.enum(["leader", "standby_leader", "sync_standby", "quorum_standby", "replica"]),
  state: z.string(),
  timeline: z.number().int().positive().optional(),
  /** Bytes behind what the leader had written in its last round; the leader has none. */
  lag: z.union([z.number().int().nonnegative(), z.literal("unknown")]).optional(),
});
/** `GET /cluster`: the content of the store of the lock, as the member that is asked can read it. */
export const ClusterSchema = z.object({ members: z.array(MemberSchema), scope: z.string() });

/** `GET /patroni`: what that member knows of its own server, by a query if possible. */
export const StatusSchema = z.object({
  state: z.string(),
  role: z.string(),
  timeline: z.number().int().positive().nullish(),
  /** How it receives what the primary writes; missing where it does not. */
  replication_state: z.string().optional(),
});

const TIMELINE = z.number().int().positive();

/**
 * `GET /history`: for each timeline that ended, its number, where in the log it ended, and why; then when the next one
 * began and under which leader, once that leader has written it to the store.
 */
export const HistorySchema = z.array(
  z
    .union([
      z.tuple([TIMELINE, z.number(), z.string()]),
      z.tuple([TIMELINE, z.number(), z.string(), z.string()]),
      z.tuple([TIMELINE, z.number(), z.string(), z.string(), z.string()]),
    ])
    .transform(([timeline, lsn, why, at, leader]) => ({ timeline, lsn, why, at: at ?? null, leader: leader ?? null })),
);

export type Cluster = z.infer<typeof ClusterSchema>;
export type Status = z.infer<typeof StatusSchema>;
export type TimelineHistory = z.infer<typeof HistorySchema>;

export interface Rest {
  cluster: (timeoutMs?: number) => Promise<Cluster>;
  status: (timeoutMs?: number) => Promise<Status>;
  history: (timeoutMs?: number) => Promise<TimelineHistory>;
  /** Resolves when the member's server was restarted; throws Patroni's answer when it was not. */
  restart: (timeoutMs?: number) => Promise<void>;
  /** The member begins its next round now, and not up to `loop_wait` later. */
  wake: (timeoutMs?: number) => Promise<void>;
}

const LOOK_MS = 1000;
/** Patroni itself waits this long and longer for the result of a restart. */
const CARRIED_OUT_WITHIN_MS = 60_000;

/** A setting that there is not is taken away. After every change that it is told, a member begins a round. */
const CHANGES_NOTHING = { fhirdrill: null };

/** `urlOf`: the present address of the API. */
export function restOf(urlOf: () => Promise<string>): Rest {
  const ask = async (path: string, timeoutMs: number, init: RequestInit = {}) => {
    const answer = await fetch(`${await urlOf()}${path}`, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    return { status: answer.status, text: await answer.text() };
  };
  const answerTo = async (asked: string, ...how: Parameters<typeof ask>): Promise<string> => {
    const { status, text } = await ask(...how);
    if (status !== 200) throw new Error(`Patroni answers ${asked} with status ${status}: ${text.trim().slice(0, 200)}`);
    return text;
  };
  const read = async <T>(schema: z.ZodType<T>, path: string, timeoutMs: number): Promise<T> =>
    schema.parse(JSON.parse(await answerTo(path, path, timeoutMs)));
  const body = (content: object) => JSON.stringify(content);
  return {
    cluster: (timeoutMs = LOOK_MS) => read(ClusterSchema, "/cluster", timeoutMs),
    status: (timeoutMs = LOOK_MS) => read(StatusSchema, "/patroni", timeoutMs),
    history: (timeoutMs = LOOK_MS) => read(HistorySchema, "/history", timeoutMs),
    restart: async (timeoutMs = CARRIED_OUT_WITHIN_MS) => {
      const { status, text } = await ask("/restart", timeoutMs, { method: "POST", body: body({}) });
      if (status !== 200) throw new Error(`Patroni refuses the restart with status ${status}: ${text.trim()}`);
    },
    wake: async (timeoutMs = LOOK_MS) => {
      await answerTo("a change", "/config", timeoutMs, { method: "PATCH", body: body(CHANGES_NOTHING) });
    },
  };
}
