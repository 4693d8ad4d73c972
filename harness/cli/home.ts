/**
 * A user id without an entry in the machine's list of users has no home, as with `docker run --user`. Libraries ask for it when
 * they are loaded, so this comes before them: it is a temporary folder then.
 */
import { homedir, tmpdir } from "node:os";

try {
  homedir();
} catch {
  process.env.HOME = tmpdir();
}
