/** A small disk that only one database uses, so that it can be filled without harm to anything else. */
export interface Disk {
  /** Where the disk is, for commands given to `run`. */
  path: string;
  /**
   * Runs a line of shell beside the disk, whether or not the database runs; resolves with its output, throws when it
   * fails.
   */
  run: (command: string) => Promise<string>;
}
