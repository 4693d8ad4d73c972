/**
 * The differences between a new verdict and the stored one: the verdict, each check, and the three figures that people quote.
 * Pure.
 */
import { z } from "zod";
import { reasonOf } from "../model/program/failure.ts";
import { parseJson } from "../model/record/json.ts";
import {
  CHECK_WORDS,
  type CheckWord,
  UNASKED,
  VERDICT_SCHEMA,
  type Verdict,
  VerdictWordSchema,
} from "../model/verdict/verdict.ts";

const figure = z.number().nullable();
/** Only the compared fields: verdicts of older versions have fewer measures. */
const StoredSchema = z.object({
  schema: z.literal(VERDICT_SCHEMA),
  verdict: VerdictWordSchema,
  checks: z.array(z.object({ name: z.string(), verdict: z.enum([...CHECK_WORDS, UNASKED]) })),
  measures: z.object({
    lost: z.object({ count: figure }),
    downtime: z.object({ seconds: figure, censored: z.boolean() }),
    rto: z.object({ seconds: figure, censoredAtSeconds: figure }),
  }),
});
type Stored = z.infer<typeof StoredSchema>;

/** `text` is `null` for a run that was never judged. */
export function changesSince(text: string | null, now: Verdict): string[] {
  if (text === null) return ["there was no stored verdict"];
  let stored: Stored;
  try {
    stored = StoredSchema.parse(parseJson(text));
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    return [
      `the stored verdict cannot be read: ${issue ? `${issue.path.join(".")}: ${issue.message}` : reasonOf(error)}`,
    ];
  }
  const words = (verdict: Stored) => new Map(verdict.checks.map((check) => [check.name, check.verdict]));
  const [before, after] = [words(stored), words(now)];
  const names = [...after.keys(), ...[...before.keys()].filter((name) => !after.has(name))];
  const rows = [
    ["verdict", stored.verdict, now.verdict],
    ...names.map((name) => [name, before.get(name) ?? "not checked", after.get(name) ?? "not checked"]),
    ["lost", lost(stored), lost(now)],
    ["downtime", downtime(stored), downtime(now)],
    ["RTO", rto(stored), rto(now)],
  ];
  return rows
    .filter(([, old, new_ = ""]) => old !== new_ && !(old === UNASKED && QUIET.includes(new_)))
    .map(([name, old, new_]) => `${name}: ${old} → ${new_}`);
}

/** Older judges had one word for both. */
const QUIET: readonly string[] = ["no-objective", "not-examined"] satisfies CheckWord[];

const UNKNOWN = "not known";

function lost({ measures: { lost } }: Stored): string {
  return lost.count === null ? UNKNOWN : String(lost.count);
}

function downtime({ measures: { downtime } }: Stored): string {
  return downtime.seconds === null ? UNKNOWN : `${downtime.censored ? "more than " : ""}${seconds(downtime.seconds)}`;
}

function rto({ measures: { rto } }: Stored): string {
  if (rto.seconds !== null) return seconds(rto.seconds);
  return rto.censoredAtSeconds === null ? UNKNOWN : `more than ${seconds(rto.censoredAtSeconds)}`;
}

/** To the millisecond, the resolution of the record: a smaller change is due to arithmetic. */
function seconds(value: number): string {
  return `${Number(value.toFixed(3))} s`;
}
