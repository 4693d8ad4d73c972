/**
 * What an answer means for the write, in one table.
 *
 * A write is `fail` only if it certainly did not happen and never will. Calling an unknown write failed would hide it
 * from the audit; calling a failed write unknown costs nothing. So, when in doubt: info. The last answer decides, but
 * for a write that was sent more than once, only an acknowledgement is definite.
 */
import { type Outcome, UNVERIFIABLE } from "../model/columns/operation.ts";
import { type CompleteLine, TOO_MANY_REQUESTS } from "../model/load/ledger.ts";

/** The fields of an answer that decide; of `stored`, only the number counts. */
export type Answer = Pick<CompleteLine, "status" | "errorCode" | "servedBy" | "via" | "unsent" | "attempts"> & {
  stored: readonly unknown[];
};

export interface OutcomeRow {
  name: string;
  outcome: Outcome;
  why: string;
  matches: (line: Answer, resources: number) => boolean;
}

const status =
  (from: number, to = from) =>
  (line: Answer) =>
    line.status >= from && line.status <= to;
const errorCode =
  (from: number, to = from) =>
  (line: Answer) =>
    line.status === 0 && line.errorCode >= from && line.errorCode <= to;
const refusedByValidation = (line: Answer) => (line.status === 400 || line.status === 422) && line.servedBy !== "";
const throttled = status(TOO_MANY_REQUESTS);
const unauthorized = (line: Answer) => line.status === 401 || line.status === 403;
const connectionRefused = errorCode(1212);
const nameNotFound = errorCode(1101);
const CERTAIN_OF_ONE = [refusedByValidation, throttled, unauthorized, connectionRefused, nameNotFound];

/** The first row that matches decides. */
export const OUTCOMES: readonly OutcomeRow[] = [
  {
    name: "not-sent",
    outcome: "fail",
    why: "the read before an update failed, so the update was never sent",
    matches: (line) => line.unsent === true,
  },
  {
    name: "acknowledged",
    outcome: "ok",
    why: "2xx, and the answer names each resource with its version",
    matches: (line, resources) => line.status >= 200 && line.status < 300 && line.stored.length === resources,
  },
  {
    name: UNVERIFIABLE,
    outcome: "info",
    why: "2xx without naming what was stored: nobody could look it up by this answer",
    matches: status(200, 299),
  },
  {
    name: "failed-in-the-end",
    outcome: "info",
    why: "the last of several attempts certainly failed, and one before it may have been carried out",
    matches: (line) => (line.attempts ?? 1) > 1 && CERTAIN_OF_ONE.some((isCertain) => isCertain(line)),
  },
  {
    name: "refused-by-validation",
    outcome: "fail",
    why: "400 and 422 are the FHIR server's word that it did not accept the content",
    matches: refusedByValidation,
  },
  {
    name: "throttled",
    outcome: "fail",
    why: "429: there was no room for it, so it was not begun",
    matches: throttled,
  },
  {
    name: "unauthorized",
    outcome: "fail",
    why: "401 and 403 are said before anything is done",
    matches: unauthorized,
  },
  {
    name: "conflict",
    outcome: "info",
    why: "409 and 412 can be the echo of this very write, done by an attempt whose answer was lost",
    matches: (line) => line.status === 409 || line.status === 412,
  },
  {
    name: "server-error",
    outcome: "info",
    why: "5xx: the database may have committed before the server or the proxy gave up",
    matches: status(500, 599),
  },
  {
    name: "connection-refused",
    outcome: "fail",
    why: "the connection was refused, so nothing was sent (k6 1212)",
    matches: connectionRefused,
  },
  {
    name: "name-not-found",
    outcome: "fail",
    why: "no address for the name, so nothing was sent (k6 1101)",
    matches: nameNotFound,
  },
  {
    name: "timeout",
    outcome: "info",
    why: "no answer in time: it may still be executed, even later (k6 1050, 1211)",
    matches: (line) => errorCode(1050)(line) || errorCode(1211)(line),
  },
  {
    name: "connection-lost",
    outcome: "info",
    why: "reset or closed while waiting for the answer (k6 1000, 1220 and neighbours)",
    matches: (line) => line.status === 0,
  },
  { name: "other", outcome: "info", why: "no rule says what it means", matches: () => true },
];

/** The row for a write that was sent and never answered, as far as the ledger knows. */
export const PENDING = {
  name: "pending",
  outcome: "info",
  why: "sent, and no answer was recorded: the load or the ledger ended first",
} as const;

export function outcomeOf(line: Answer, resources: number, table = OUTCOMES): OutcomeRow {
  const row = table.find((candidate) => candidate.matches(line, resources));
  if (row === undefined) throw new Error("the table of outcomes has no last row that matches all");
  return row;
}
