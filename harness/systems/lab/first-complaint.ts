/**
 * The first complaint in the output of a program that installs or builds; what it says at the end only follows from
 * that.
 */

/**
 * By the words with which package managers and compilers start a complaint; the engine only says which command failed.
 */
export function firstComplaint(output: string): string | null {
  const [, line] =
    /^((?:E: |\[ERROR\] |go: (?!downloading)|npm error |error: |fatal: |\S+:\d+:\d+: error: ).+)$/m.exec(output) ?? [];
  return line?.trim() ?? null;
}
