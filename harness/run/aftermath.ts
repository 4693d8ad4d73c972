/** After the load: ask both sides what they hold. The old primary's database is started once more, to be read only. */
import { readLedger } from "../history/operations.ts";
import type { AuditLine } from "../model/audit.ts";
import { reasonOf } from "../model/failure.ts";
import type { Side } from "../model/side.ts";
import { auditApi, auditDatabase } from "../probes/audit.ts";
import { isRunning } from "../topology/container.ts";
import { untilReady } from "../topology/postgres.ts";
import type { Topology } from "../topology/topology.ts";
import type { Recorder } from "./recorder.ts";

export async function audit(topology: Topology, recorder: Recorder, serving: Side): Promise<void> {
  recorder.event({ type: "phase", phase: "audit" });
  const { seed, scenario, clock } = recorder.run;
  const lines: AuditLine[] = [];
  const report = (line: AuditLine) => lines.push(line);
  const rows = await auditDatabase(topology.postgres[serving], seed, report);
  if (clock !== null) {
    const { ledger } = recorder.folder.readFiles();
    const { operations } = readLedger(ledger, clock, { seed, mix: scenario.load.mix });
    await auditApi(topology.hapi[serving], operations, rows, seed, report);
  }
  recorder.audit(lines);

  const other: Side = serving === "a" ? "b" : "a";
  const otherLines: AuditLine[] = [];
  await revive(topology, recorder, other);
  await auditDatabase(topology.postgres[other], seed, (line) => otherLines.push(line));
  recorder.audit(otherLines);
}

async function revive(topology: Topology, recorder: Recorder, side: Side): Promise<void> {
  const postgres = topology.postgres[side];
  try {
    if (await isRunning(topology.engine, postgres.container)) return;
    await topology.engine.container.dockerode.getContainer(postgres.container.getId()).start();
    await untilReady(topology.engine, postgres);
    recorder.event({ type: "container", name: `pg-${side}`, state: "started again, to be read" });
  } catch (error) {
    recorder.event({
      type: "note",
      text: `PostgreSQL ${side.toUpperCase()} could not be started again: ${reasonOf(error)}`,
    });
  }
}
