/**
 * What this process's environment lacks or says for another folder, put right before anything reads it.
 *
 * A user id without an entry in the machine's list of users has no home, as in a container that is run with `--user`: it is a
 * temporary folder then. A relative KUBECONFIG is relative to where the user stands.
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
