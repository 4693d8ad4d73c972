/**
 * The audit after the load: reads what both sites hold. The other site's database is started again if needed, only to
 * be read; a follower gets time to catch up. Of somebody's own system, only what clients are served is read.
 */

import { Contents } from "../model/columns/contents.ts";
import type { History } from "../model/columns/history.ts";
import { Names } from "../model/load/names.ts";
import { tagOf } from "../model/load/tag.ts";
import { otherSite, type SiteName } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { AuditLine, ReadsEnd } from "../model/record/audit.ts";
import { auditDatabase } from "../probes/audit.ts";
import { auditApi } from "../probes/audit-api.ts";
import { auditFhir } from "../probes/audit-fhir.ts";
import { planOf } from "../record/ledger-line.ts";
import { ledgersOf } from "../record/ledgers-of-run.ts";
import { readLedgers } from "../record/read-ledger.ts";
import type { System } from "../system/system.ts";
import type { Recorder } from "./recorder.ts";

const CAUGHT_UP_MS = 15_000;

type Audited = Pick<System, "content" | "edge" | "direct" | "postgres" | "hapi" | "component" | "replication">;

export async function audit(system: Audited, recorder: Recorder, serving: SiteName): Promise<void> {
  recorder.event({ type: "phase", phase: "audit" });
  if (system.content === "fhir") return auditServed(system, recorder, serving);
  const { seed, scenario, clock } = recorder.run;
  const names = new Names(seed);
  const contents = new Contents(serving, seed, names);
  const report = (lines: AuditLine[]) => {
    recorder.audit(lines);
    for (const line of lines) contents.add(line);
  };
  await auditDatabase(system.postgres[serving], seed, report);
  if (clock !== null) {
    const history = historyOf(recorder, names);
    await auditApi(system.hapi[serving], { history, contents, scenario }, report);
  }

  const other = otherSite(serving);
  await revive(system, recorder, other);
  await letCatchUp(system, recorder, serving);
  await auditDatabase(system.postgres[other], seed, (lines) => recorder.audit(lines));
}

async function auditServed(
  { edge, direct }: Pick<System, "edge" | "direct">,
  recorder: Recorder,
  side: SiteName,
): Promise<void> {
  const { seed, scenario, clock, dialect, config } = recorder.run;
  if (clock === null || dialect === null || config.own === null) return;
  const history = historyOf(recorder, new Names(seed));
  const { base } = config.own;
  const other = direct[otherSite(side)];
  const options = { ask: edge.ask, base, side, ...(other && { other }), history, scenario, dialect, tag: tagOf(seed) };
  await auditFhir(options, (lines) => {
    recorder.audit(lines);
    for (const line of lines) if (line.type === "reads-end") noteLate(line, recorder);
  });
}

function historyOf({ run, folder }: Recorder, names: Names): History {
  const { ledger, otherLedgers } = folder.readFiles();
  return readLedgers(ledgersOf(run, ledger, otherLedgers), planOf(run), names).history;
}

function noteLate({ late }: ReadsEnd, { event }: Recorder): void {
  if (late === undefined || late.count === 0) return;
  const seconds = ((late.maxMs ?? 0) / 1000).toFixed(1);
  event({
    type: "note",
    text: `${late.count} answers changed when asked again, the last after ${seconds} s`,
  });
}

/** A follower that never catches up is read as it is, and differs. */
async function letCatchUp({ replication }: Audited, recorder: Recorder, serving: SiteName): Promise<void> {
  const follower = otherSite(serving);
  const note = (text: string) => recorder.event({ type: "note", text });
  const name = follower.toUpperCase();
  try {
    if ((await replication.lagBytes(follower)) === null) return;
    const beganMs = recorder.now();
    await replication.untilConfirmed(follower, { deadlineMs: CAUGHT_UP_MS });
    note(`${name} confirmed all that the primary held after ${Math.round(recorder.now() - beganMs)} ms`);
  } catch (error) {
    note(`${name} did not catch up before it was read: ${reasonOf(error)}`);
  }
}

async function revive({ component, postgres }: Audited, recorder: Recorder, side: SiteName): Promise<void> {
  try {
    if (!(await component(`pg-${side}`).startAgain())) return;
    await postgres[side].untilReady();
    recorder.event({ type: "container", name: `pg-${side}`, state: "started again, to be read" });
  } catch (error) {
    recorder.event({
      type: "note",
      text: `PostgreSQL ${side.toUpperCase()} could not be started again: ${reasonOf(error)}`,
    });
  }
}
