/** For tests: a keeper without a pod. It runs programs locally, on a local folder instead of the pod's. */
import { spawn } from "node:child_process";
import type { Keeper } from "../fetched.ts";
import { RECORD } from "../options.ts";

export interface LocalKeeper extends Keeper {
  /** The program run over each connection, in order. */
  opened: string[][];
  /** Breaks all connections as a network does: silently, and the program notices only later. */
  cut: () => void;
}

interface Changes {
  /** Changes a piece in transit over the connection with that number, from 0; `null`: the connection breaks. */
  onTheWay?: (piece: Buffer, connection: number) => Buffer | null;
  /** Whether the connection stays up but delivers nothing. */
  loses?: (connection: number) => boolean;
  /** Whether connecting is refused. */
  refuses?: (connection: number) => boolean;
}

export function localKeeper(
  record: string,
  { onTheWay = (piece) => piece, loses, refuses }: Changes = {},
): LocalKeeper {
  const here = (argv: string[]) => argv.map((each) => each.replaceAll(RECORD, record));
  const breaks = new Set<() => void>();
  const opened: string[][] = [];
  return {
    opened,
    cut: () => {
      for (const each of breaks) each();
    },
    open: async (argv, hear) => {
      const connection = opened.push(argv) - 1;
      if (refuses?.(connection)) throw new Error("connection refused");
      const [program = "", ...args] = here(argv);
      const child = spawn(program, args, { stdio: ["pipe", "pipe", "ignore"] });
      child.stdin.on("error", () => {});
      const { promise: ended, resolve, reject } = Promise.withResolvers<number>();
      ended.catch(() => {});
      const close = () => {
        breaks.delete(cut);
        child.stdout.removeAllListeners("data");
        child.stdout.resume();
        child.stdin.end();
      };
      const cut = () => {
        close();
        reject(new Error("the connection broke"));
      };
      breaks.add(cut);
      child.on("close", (code) => {
        breaks.delete(cut);
        resolve(code ?? 1);
      });
      child.stdout.on("data", (piece: Buffer) => {
        if (loses?.(connection)) return;
        const arrived = onTheWay(piece, connection);
        if (arrived === null) cut();
        else hear(arrived);
      });
      return { ended, close, write: (text) => void child.stdin.write(text) };
    },
    exec: (argv) => {
      const [program = "", ...args] = here(argv);
      const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
      const pieces: Buffer[] = [];
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece: Buffer) => void pieces.push(piece));
      return new Promise((resolve) => {
        child.on("close", (code) => resolve({ exitCode: code ?? 1, output: Buffer.concat(pieces).toString("utf8") }));
      });
    },
  };
}
