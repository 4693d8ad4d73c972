/** A disk of a database's own, small enough to be filled up without harm to anybody else. */
export interface Disk {
  /** Where it is, for those commands. */
  path: string;
  /** A line of shell beside it, whether or not the database runs; resolves with what it says, throws when it fails. */
  run: (command: string) => Promise<string>;
}
