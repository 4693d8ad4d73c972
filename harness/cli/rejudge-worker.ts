/** A judging thread: receives one folder after the other and answers each with its result. */
import { parentPort } from "node:worker_threads";
import { rejudge } from "./rejudge.ts";

parentPort?.on("message", (path: string) => parentPort?.postMessage(rejudge(path)));
