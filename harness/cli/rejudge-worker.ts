/** A thread of its own for judging: asked for one folder after the other, it answers with what came of each. */
import { parentPort } from "node:worker_threads";
import { rejudge } from "./rejudge.ts";

parentPort?.on("message", (path: string) => parentPort?.postMessage(rejudge(path)));
