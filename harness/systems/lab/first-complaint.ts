/**
 * The first error in the output of a program that installs or builds; later ones are its consequences.
 */

/**
 * Recognized by the prefixes of package managers and compilers; the engine reports only which command failed.
 */
export function firstComplaint(output: string): string | null {
  const [, line] =
    /^((?:E: |\[ERROR\] |go: (?!downloading)|npm error |error: |fatal: |\S+:\d+:\d+: error: ).+)$/m.exec(output) ?? [];
  return line?.trim() ?? null;
}
