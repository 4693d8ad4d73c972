/** How what was done to pods is undone, as the journal has it: enough to find them again, and no secret. */
import { z } from "zod";

const name = z.string().min(1);
/** As in the description; `kubeconfig`: files of this machine, or `null` where kubectl finds them by itself. */
const cluster = z.strictObject({ kubeconfig: z.string().nullable(), context: name, namespace: name });
const pod = z.strictObject({ name, uid: name });
const controller = z.strictObject({ kind: name, apiVersion: name, name, uid: name });

/** On a node: which drill has drained it. */
export const DRAINED_BY = "fhirdrill.drained-by";

/** What lets pods onto a node again, as a merge patch. */
export const UNDRAINED = { metadata: { annotations: { [DRAINED_BY]: null } }, spec: { unschedulable: null } };

export const POD_UNDO = [
  /** Deleted: its controller has to have as many ready pods as before. */
  z.strictObject({ how: z.literal("await-replacement"), cluster, pod, controller, ready: z.number().int() }),
  /** Its main process was killed: the container has to run again. */
  z.strictObject({ how: z.literal("await-restart"), cluster, pod, container: name }),
  /** `by`: the ephemeral container that has dropped its packets; `image` has the tools to end that. */
  z.strictObject({ how: z.literal("let-in"), cluster, pod, by: name, image: name }),
  /** Its annotation says who has drained it. */
  z.strictObject({ how: z.literal("uncordon"), cluster, node: z.strictObject({ name, uid: name }), by: name }),
] as const;

export type PodUndo = z.infer<(typeof POD_UNDO)[number]>;
export type UndoOf<How extends PodUndo["how"]> = Extract<PodUndo, { how: How }>;
export type Controller = z.infer<typeof controller>;
