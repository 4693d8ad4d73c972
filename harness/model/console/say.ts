/** Reports the progress of a long step to people: one short line at a time. */
export type Say = (line: string) => void;
