/**
 * Kills the main process of a container by SIGKILL, from its node: inside its own PID namespace, process 1 is immune to that.
 */
import type { FoundPod } from "./find-pods.ts";

/** The runtime's id, such as `containerd://0123…`: it is in the name of the container's cgroup, with every cgroup driver. */
const ID = /^[\w.-]+:\/\/([0-9a-f]{12,})$/;

/**
 * A script for a shell that sees all processes of the node. The container's oldest process is the main one, even if the pod
 * shares one PID namespace among its containers.
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
