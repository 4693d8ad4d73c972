/** A made-up run as it would be recorded on one's own system: the same outage and losses, seen from outside. Pure. */
import type { AuditLine } from "../../model/record/audit.ts";
import { underPatroni } from "./fake-patroni.ts";
import type { Parts } from "./fake-run.ts";

const BASE = "http://fhir.test/fhir";
const FROM_OUTSIDE = ["availability", "machine", "primary"];

/** The primary can be observed, as with Patroni. */
export function onOwnSystem(parts: Parts): Parts {
  const seen = underPatroni(parts);
  const config = { ...seen.run.config, patroni: null, own: { base: BASE, observed: true } };
  const audit = seen.audit.filter(({ side }) => side === "b").map(byFhir);
  return {
    ...seen,
    run: { ...seen.run, config, capabilities: ["content", "target", "failover"] },
    probes: seen.probes.filter(({ type }) => FROM_OUTSIDE.includes(type)),
    audit: [...audit, notRead("a")],
  };
}

/** The primary cannot be observed: A is all that there is. */
export function onUnobservedSystem(parts: Parts): Parts {
  const seen = onOwnSystem(parts);
  const config = { ...seen.run.config, own: { base: BASE, observed: false } };
  const audit = seen.audit.filter(({ side }) => side === "b").map((line): AuditLine => ({ ...line, side: "a" }));
  return {
    ...seen,
    run: { ...seen.run, config, capabilities: ["content", "target"], servingSide: "a" },
    events: seen.events.filter(({ type }) => type !== "operator"),
    probes: seen.probes.filter(({ type }) => type !== "primary"),
    audit: [...audit, notRead("b")],
  };
}

/** As read by FHIR, not from a database. */
function byFhir(line: AuditLine): AuditLine {
  return line.type === "rows-end"
    ? { type: line.type, side: line.side, rows: line.rows, by: "fhir", listed: true }
    : line;
}

function notRead(side: "a" | "b"): AuditLine {
  return { type: "unreadable", side, why: "only what clients are served was read" };
}
