/**
 * The first cause in a server's log: the one line that a person would look for. Java puts it in the last "Caused by" of
 * the exception that ended the server; PostgreSQL, nginx and k6 write it just before they exit.
 */

/** Longer lines are statements and lists of settings. */
const LONGEST = 300;

type Rule = (lines: string[]) => string | undefined;

const RULES: Rule[] = [
  springDescription,
  javaRoot,
  firstOf(/^(?:Exception in thread "[^"]*" )?(java\.[\w.]+(?:Error|Exception)\b.*)/),
  firstOf(/^Error: (.*)/, /^(There is insufficient memory for the Java Runtime.*)/, /^(# A fatal error.*)/),
  firstOf(/\bPANIC:\s+(.*)/),
  firstOf(/\bFATAL:\s+(?!the database system is|terminating |remaining connection slots|sorry, too many)(.*)/),
  firstOf(/\[emerg\] (?:\d+#\d+: )?(.*)/),
  firstOf(/\blevel=(?:fatal|error) msg="((?:[^"\\]|\\[^n])*)/, /^(?:panic|fatal error): (.*)/),
  firstOf(/(?:^|: )error: (.*)/i, /^(\S+: (?:\d+|line \d+): .*)/),
];

/** `null` when no line of the log is recognized as a cause. */
export function firstCause(log: string): string | null {
  const lines = log.split("\n").map((line) => line.replaceAll(/[^\x20-\x7e\u00a0-\uffff]/g, "").trimEnd());
  for (const rule of RULES) {
    const found = rule(lines)?.trim();
    if (found) return found.slice(0, LONGEST);
  }
  return null;
}

/** The first line that matches, trying the patterns in order. */
function firstOf(...patterns: RegExp[]): Rule {
  return (lines) => {
    for (const pattern of patterns) for (const line of lines) if (pattern.test(line)) return pattern.exec(line)?.[1];
    return undefined;
  };
}

/** When Spring Boot knows the cause, it explains it and prints no stack. */
function springDescription(lines: string[]): string | undefined {
  const failed = lines.indexOf("APPLICATION FAILED TO START");
  const described = failed === -1 ? -1 : lines.indexOf("Description:", failed);
  return described === -1 ? undefined : lines.slice(described + 1).find((line) => line !== "");
}

const LOGGED = /^\d{4}-\d\d-\d\d[T ]/;
const EXCEPTION = /^[\w.$]+(?:Exception|Error)\b/;

/**
 * The root of the exception that ended the application, else of the first one in the log: earlier ones may have been
 * harmless.
 */
function javaRoot(lines: string[]): string | undefined {
  const ended = lines.findIndex((line) => line.endsWith("Application run failed"));
  const first = ended === -1 ? lines.findIndex((line) => line.startsWith("Caused by: ")) : ended + 1;
  if (first === -1) return undefined;
  const rest = lines.slice(first);
  const end = rest.findIndex((line) => LOGGED.test(line));
  const trace = end === -1 ? rest : rest.slice(0, end);
  const root = trace.findLast((line) => line.startsWith("Caused by: ")) ?? trace.find((line) => EXCEPTION.test(line));
  return root?.replace("Caused by: ", "");
}
