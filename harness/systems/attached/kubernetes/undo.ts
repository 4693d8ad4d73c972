/** How to undo faults on pods, as stored in the journal: enough to find them again, without secrets. */
import { z } from "zod";

const name = z.string().min(1);
/** As in the description; `kubeconfig`: files of this machine, or `null`: kubectl's default. */
const cluster = z.strictObject({ kubeconfig: z.string().nullable(), context: name, namespace: name });
const pod = z.strictObject({ name, uid: name });
const controller = z.strictObject({ kind: name, apiVersion: name, name, uid: name });

/** A node's annotation: which drill has drained it. */
export const DRAINED_BY = "fhirdrill.drained-by";

/** The merge patch that uncordons a node. */
export const UNDRAINED = { metadata: { annotations: { [DRAINED_BY]: null } }, spec: { unschedulable: null } };

export const POD_UNDO = [
  /** Deleted: its controller must have as many ready pods as before. */
  z.strictObject({ how: z.literal("await-replacement"), cluster, pod, controller, ready: z.number().int() }),
  /** Its main process was killed: the container must run again. */
  z.strictObject({ how: z.literal("await-restart"), cluster, pod, container: name }),
  /** `by`: the ephemeral container that drops its packets; `image` has the tools to end that. */
  z.strictObject({ how: z.literal("let-in"), cluster, pod, by: name, image: name }),
  /** `by`: the value of the node's annotation. */
  z.strictObject({ how: z.literal("uncordon"), cluster, node: z.strictObject({ name, uid: name }), by: name }),
] as const;

export type PodUndo = z.infer<(typeof POD_UNDO)[number]>;
export type UndoOf<How extends PodUndo["how"]> = Extract<PodUndo, { how: How }>;
export type Controller = z.infer<typeof controller>;
