/**
 * Kills the main process of a container by SIGKILL, from its node: in its own PID namespace nobody can send that to process 1.
 */
import type { FoundPod } from "./find-pods.ts";

/** Of the runtime, such as `containerd://0123…`: it is in the name of the container's cgroup, whichever driver names it. */
const ID = /^[\w.-]+:\/\/([0-9a-f]{12,})$/;

/**
 * A script for a shell that sees all processes of the node. The first of the container's processes is the main one, also where
 * a pod shares one PID namespace among its containers.
 */
export function killScript(containerID: string | undefined): string {
  const id = ID.exec(containerID ?? "")?.[1];
  if (id === undefined) throw new Error(`its container has no id yet: ${containerID ?? "nothing"}`);
  return `first=
for folder in /proc/[0-9]*; do
  { grep -q ${id} $folder/cgroup && stat=$(<$folder/stat); } 2>/dev/null || continue
  set -- \${stat##*) }
  began=\${20}
  if [ -z "$first" ] || [ "$began" -lt "$earliest" ]; then first=\${folder#/proc/}; earliest=$began; fi
done
if [ -z "$first" ]; then echo 'no process here has that container'; exit 1; fi
kill -KILL "$first"
`;
}

export function cannotCrash({ name }: Pick<FoundPod, "name">, why: string): Error {
  return new Error(`the main process of ${name} could not be killed: ${why}`);
}
