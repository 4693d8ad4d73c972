/** After the load: ask both sides what they hold. The old primary's database is started once more, to be read only. */
import { readLedger } from "../history/read-ledger.ts";
import type { AuditLine } from "../model/audit.ts";
import { Contents } from "../model/contents.ts";
import { reasonOf } from "../model/failure.ts";
import { Names } from "../model/names.ts";
import type { Side } from "../model/side.ts";
import { auditDatabase } from "../probes/audit.ts";
import { auditApi } from "../probes/audit-api.ts";
import { startAgain } from "../topology/parts.ts";
import { untilReady } from "../topology/postgres.ts";
import type { Topology } from "../topology/topology.ts";
import type { Recorder } from "./recorder.ts";

export async function audit(topology: Topology, recorder: Recorder, serving: Side): Promise<void> {
  recorder.event({ type: "phase", phase: "audit" });
  const { seed, scenario, clock } = recorder.run;
  const names = new Names(seed);
  const contents = new Contents(serving, seed, names);
  const report = (lines: AuditLine[]) => {
    recorder.audit(lines);
    for (const line of lines) contents.add(line);
  };
  await auditDatabase(topology.postgres[serving], seed, report);
  if (clock !== null) {
    const { ledger } = recorder.folder.readFiles();
    const { history } = readLedger(ledger, clock, { seed, mix: scenario.load.mix }, names);
    await auditApi(topology.hapi[serving], history, contents, report);
  }

  const other: Side = serving === "a" ? "b" : "a";
  await revive(topology, recorder, other);
  await auditDatabase(topology.postgres[other], seed, (lines) => recorder.audit(lines));
}

async function revive(topology: Topology, recorder: Recorder, side: Side): Promise<void> {
  const postgres = topology.postgres[side];
  try {
    if (!(await startAgain(topology, `pg-${side}`))) return;
    await untilReady(topology.engine, postgres);
    recorder.event({ type: "container", name: `pg-${side}`, state: "started again, to be read" });
  } catch (error) {
    recorder.event({
      type: "note",
      text: `PostgreSQL ${side.toUpperCase()} could not be started again: ${reasonOf(error)}`,
    });
  }
}
