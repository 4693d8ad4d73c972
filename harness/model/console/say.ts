/** Where a long step tells people what it is doing: one short line at a time. */
export type Say = (line: string) => void;
