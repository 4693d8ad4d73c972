/** A program that runs in the system's network for a while and writes into folders of this machine. */
export interface ProgramOptions {
  name: string;
  image: string;
  environment: Record<string, string>;
  folders: readonly { source: string; target: string; readOnly: boolean }[];
  command: string[];
}

export interface RunningProgram {
  /** Resolves with its exit code when it ends by itself. */
  ended: Promise<number>;
  /** Its output so far. */
  log: () => Promise<string>;
}
