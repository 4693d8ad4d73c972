/** A thread that judges: it gets one folder after the other and answers with each result. */
import { parentPort } from "node:worker_threads";
import { rejudge } from "./rejudge.ts";

parentPort?.on("message", (path: string) => parentPort?.postMessage(rejudge(path)));
