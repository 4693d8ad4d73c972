/** A small disk that only one database uses: filling it harms nothing else. */
export interface Disk {
  /** The disk's path for commands given to `run`. */
  path: string;
  /**
   * Runs a shell command that sees the disk, whether or not the database runs; resolves with its output, throws when it
   * fails.
   */
  run: (command: string) => Promise<string>;
}
