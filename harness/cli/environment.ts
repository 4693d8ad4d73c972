/**
 * Corrects this process's environment before anything reads it.
 *
 * A user id without a passwd entry, as in a container started with `--user`, has no home: a temporary folder is used
 * instead. A relative KUBECONFIG is resolved from the user's current folder.
 */
import { homedir, tmpdir } from "node:os";
import { delimiter } from "node:path";
import { fromHere } from "../store/here.ts";

try {
  homedir();
} catch {
  process.env.HOME = tmpdir();
}

const { KUBECONFIG } = process.env;
if (KUBECONFIG) {
  const files = KUBECONFIG.split(delimiter).filter((path) => path !== "");
  process.env.KUBECONFIG = files.map(fromHere).join(delimiter);
}
