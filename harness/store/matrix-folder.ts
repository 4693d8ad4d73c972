/**
 * A matrix on disk: `results/matrix/<id>/`, with the plan, written before the first drill, and one line per ended
 * drill. Whenever it is killed, it shows which drills are missing.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { type Done, DoneSchema, type Plan, PlanSchema } from "../model/plan/matrix.ts";
import { reasonOf, usageFailure } from "../model/program/failure.ts";
import { parseJson } from "../model/record/json.ts";
import { fromHere, toHere } from "./here.ts";
import { RESULTS } from "./results.ts";
import { guarded, replaceFile, replaceText } from "./written.ts";

const [PLAN, DONE, OWNER] = ["plan.json", "done.jsonl", "owner"];
const FREE_SOME = "free some space";

export class MatrixFolder {
  readonly path: string;
  readonly plan: Plan;
  readonly done: Done[];
  /** The number of unreadable lines, torn when fhirdrill was killed or damaged. Their drills count as not done. */
  readonly unread: number;

  private constructor(path: string, plan: Plan, { done, unread }: { done: Done[]; unread: number }) {
    this.path = path;
    this.plan = plan;
    this.done = done;
    this.unread = unread;
  }

  static create(plan: Plan, root = RESULTS): MatrixFolder {
    const path = join(root, "matrix", plan.id);
    guarded("the plan", path, FREE_SOME, () => {
      mkdirSync(path, { recursive: true });
      replaceFile(join(path, PLAN), plan);
    });
    return new MatrixFolder(path, plan, { done: [], unread: 0 });
  }

  /** Opens a matrix by its folder or its id. */
  static open(name: string, root = RESULTS): MatrixFolder {
    const path = [fromHere(name), join(root, "matrix", name)].find((folder) => existsSync(join(folder, PLAN)));
    if (path === undefined) {
      const todo = `give the folder of one or its id; they are in ${toHere(join(root, "matrix"))}`;
      throw usageFailure(`there is no matrix ${name}`, `no folder of that name holds a ${PLAN}`, todo);
    }
    let plan: Plan;
    try {
      plan = PlanSchema.parse(parseJson(readFileSync(join(path, PLAN), "utf8")));
    } catch (error) {
      const todo = "resume it with the version that began it, or begin a new one";
      throw usageFailure(
        `the matrix ${basename(path)} cannot be resumed`,
        `${PLAN} is not readable: ${reasonOf(error)}`,
        todo,
      );
    }
    return new MatrixFolder(path, plan, readDone(join(path, DONE)));
  }

  /**
   * Claims the matrix for one process: two would do the same drills and disturb each other's load. Returns a function
   * that releases the claim. The claim of a killed process does not count.
   */
  claim(owner: string, isDead: (owner: string) => boolean): () => void {
    const path = join(this.path, OWNER);
    const other = existsSync(path) ? readFileSync(path, "utf8") : null;
    if (other !== null && !isDead(other)) {
      const why = `it is being run by ${other} (host, process, start)`;
      throw usageFailure(
        `the matrix ${this.plan.id} is under way`,
        why,
        `wait for its end, or stop it with Ctrl-C; if that process no longer exists, remove ${path}`,
      );
    }
    guarded("the matrix's owner", this.path, FREE_SOME, () => replaceText(path, owner));
    return () => rmSync(path, { force: true });
  }

  append(done: Done): void {
    guarded("the result of a drill", this.path, FREE_SOME, () =>
      appendFileSync(join(this.path, DONE), `${JSON.stringify(done)}\n`),
    );
    this.done.push(done);
  }
}

function readDone(path: string): { done: Done[]; unread: number } {
  if (!existsSync(path)) return { done: [], unread: 0 };
  const text = readFileSync(path, "utf8");
  // The next line must not be appended to a torn one.
  if (text !== "" && !text.endsWith("\n")) appendFileSync(path, "\n");
  const lines = text.split("\n").filter((line) => line !== "");
  const done = lines.flatMap((line) => {
    try {
      return [DoneSchema.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
  return { done, unread: lines.length - done.length };
}
