/**
 * A drill on a system that is already up: load and faults, then the audit of both sites. Everything is recorded,
 * nothing is judged.
 */
import { gatherFacts } from "../check/facts.ts";
import { armFault } from "../faults/index.ts";
import { reasonOf } from "../model/program/failure.ts";
import { readRecord } from "../record/read-record.ts";
import type { System } from "../system/system.ts";
import { audit } from "./aftermath.ts";
import { DrillExport } from "./bulk-export.ts";
import { recordMessages } from "./device-drill.ts";
import { exercise, type Means } from "./exercise.ts";
import { orRecordWhy, quietly } from "./failed.ts";
import { FaultCourse } from "./fault-course.ts";
import type { Recorder } from "./recorder.ts";
import { refuseUnsupported } from "./supported.ts";
import { recordVault } from "./vault-record.ts";
import { recordArchives, recordWal } from "./wal-record.ts";

/** A server takes long to boot, and one that the operator stopped is back only when the plan is done. */
const HEALS_WITHIN_MS = 180_000;

interface Around extends Means {
  /** Other work beside the load. The audit waits until it has ended. */
  beside?: Promise<void> | undefined;
  /** Called when measuring is over and both sites are only read. */
  measured?: (() => void) | undefined;
  /** Called when everything is recorded, while the system is still as the drill left it. */
  whileItStands?: (() => Promise<void> | undefined) | undefined;
}

/** What the drill broke is healed at its end, however it ends. */
export async function drillOn(
  system: System,
  recorder: Recorder,
  { beside, measured, whileItStands, ...means }: Around,
): Promise<void> {
  const { signal } = means;
  const { now, event, run } = recorder;
  refuseUnsupported(run.scenario, system.capabilities);
  recorder.update({ capabilities: [...system.capabilities] });
  const wal = recordWal(system, recorder);
  const armed = run.scenario.faults.map((spec) => armFault(wal.system, spec));
  const { bulkExport } = run.scenario;
  const exporting = bulkExport && new DrillExport(system, recorder, bulkExport, signal);
  const faults = new FaultCourse(armed, { tell: event, now, signal, healsWithinMs: HEALS_WITHIN_MS });
  try {
    await orRecordWhy(recorder, signal, async () => {
      await exercise(system, recorder, { faults, exporting }, means);
      await exporting?.end();
      await beside;
      signal.throwIfAborted();
      measured?.();
      const { serving } = gatherFacts(readRecord(recorder.folder.readFiles()));
      recorder.update({ servingSide: serving });
      await audit(system, recorder, serving);
      await recordMessages(system, recorder, serving);
      await recordVault(system, recorder);
      await recordArchives(system, recorder);
      recorder.update({ state: "complete" });
      await whileItStands?.();
    });
  } finally {
    await exporting?.stop();
    // Before anything is released: a client that closes its connection through a cut link would hang.
    await faults.healRest((kind, error) =>
      quietly(() => event({ type: "note", text: `${kind} could not be healed: ${reasonOf(error)}` })),
    );
    await wal.atRest();
  }
}
