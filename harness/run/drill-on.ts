/** A drill of what stands already: load and faults, then the questions to both sides. All of it is recorded; nothing is judged. */
import { gatherFacts } from "../check/facts.ts";
import { prepareFault } from "../faults/index.ts";
import { readRecord } from "../history/read-record.ts";
import { reasonOf } from "../model/failure.ts";
import type { View } from "../model/view.ts";
import type { Topology } from "../topology/topology.ts";
import { audit } from "./aftermath.ts";
import { exercise } from "./exercise.ts";
import { orRecordWhy, quietly } from "./failed.ts";
import type { Recorder } from "./recorder.ts";

interface Means {
  k6Image: string;
  view: View;
  signal: AbortSignal;
  /** What somebody else does beside the load: nobody is asked what they hold before it has ended. */
  beside?: Promise<void> | undefined;
  /** Called when all is recorded, while everything stands as the drill has left it. */
  whileItStands?: (() => Promise<void> | undefined) | undefined;
}

/** What the drill broke is healed at its end, whatever that is. */
export async function drillOn(
  topology: Topology,
  recorder: Recorder,
  { beside, whileItStands, ...means }: Means,
): Promise<void> {
  try {
    await orRecordWhy(recorder, means.signal, async () => {
      await exercise(topology, recorder, means);
      await beside;
      means.signal.throwIfAborted();
      const { serving } = gatherFacts(readRecord(recorder.folder.readFiles()));
      recorder.update({ servingSide: serving });
      await audit(topology, recorder, serving);
      recorder.update({ state: "complete" });
      await whileItStands?.();
    });
  } finally {
    await heal(topology, recorder);
  }
}

/** Before anything else is let go of: a link that stays cut would hang whoever is to say good-bye through it. Never throws. */
async function heal(topology: Topology, recorder: Recorder): Promise<void> {
  for (const fault of recorder.run.scenario.faults) {
    await prepareFault(topology, fault)
      .heal()
      .catch((error) =>
        quietly(() => recorder.event({ type: "note", text: `${fault.kind} could not be healed: ${reasonOf(error)}` })),
      );
  }
}
