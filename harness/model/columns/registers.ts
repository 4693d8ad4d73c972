/**
 * Reads and version-aware updates of registers, in columns and in no particular order. A register is a resource that
 * many writes share: version v holds what the v-th update wrote; version 0 is before the first one.
 */
import { Column } from "./column.ts";

export const READ = 0;
/**
 * Acknowledged, with the version that it made; or of unknown outcome, and found in the version after the expected one.
 */
export const UPDATED = 1;
/** Of unknown outcome and not found: it made the version after the expected one, or nothing. */
export const MAYBE_UPDATED = 2;

export interface RegisterOperation {
  register: number;
  kind: typeof READ | typeof UPDATED | typeof MAYBE_UPDATED;
  /** Updates: the expected version; `null` if not recorded. */
  expects: number | null;
  /** Reads: the version returned. Updates that certainly happened: the version made. */
  version: number;
  /** The number of the write that updated, or whose content was read; -1 if unknown. */
  writer: number;
  invokedMs: number;
  /** Infinity when the outcome is unknown: it may still be executed. */
  completedMs: number;
}

export class Registers {
  readonly #register = new Column(Uint32Array);
  readonly #kind = new Column(Uint8Array);
  readonly #expects = new Column(Int32Array);
  readonly #version = new Column(Uint32Array);
  readonly #writer = new Column(Int32Array);
  readonly #invokedMs = new Column(Float64Array);
  readonly #completedMs = new Column(Float64Array);

  static of(operations: Iterable<RegisterOperation>): Registers {
    const registers = new Registers();
    for (const operation of operations) registers.push(operation);
    return registers;
  }

  push(op: RegisterOperation): void {
    this.#register.push(op.register);
    this.#kind.push(op.kind);
    this.#expects.push(op.expects ?? -1);
    this.#version.push(op.version);
    this.#writer.push(op.writer);
    this.#invokedMs.push(op.invokedMs);
    this.#completedMs.push(op.completedMs);
  }

  get length(): number {
    return this.#register.length;
  }
  get register(): Uint32Array {
    return this.#register.values;
  }
  get kind(): Uint8Array {
    return this.#kind.values;
  }
  /** -1 if unknown. */
  get expects(): Int32Array {
    return this.#expects.values;
  }
  get version(): Uint32Array {
    return this.#version.values;
  }
  get writer(): Int32Array {
    return this.#writer.values;
  }
  get invokedMs(): Float64Array {
    return this.#invokedMs.values;
  }
  get completedMs(): Float64Array {
    return this.#completedMs.values;
  }
}
