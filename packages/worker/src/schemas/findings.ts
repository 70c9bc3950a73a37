/** What is found in a schema while it is read: what is wrong with it, and what has no effect. */

import type { JsonPath } from './json-lines.ts';

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema that is being read or made, and no boolean. */
export type SchemaNode = Record<string, unknown>;

/** `message`: a clause without a full stop. */
export interface SchemaProblem {
  readonly path: JsonPath;
  readonly message: string;
}

export interface SchemaNote extends SchemaProblem {
  /** `warning`: it may do harm; `note`: it has no effect. */
  readonly severity: 'note' | 'warning';
  /** Further places of which the same holds. */
  readonly others: readonly JsonPath[];
}

/** Collects them; one note stands for all places of which it holds. */
export class Findings {
  readonly problems: SchemaProblem[] = [];
  readonly #notes = new Map<string, SchemaNote>();

  problem(path: JsonPath, message: string): void {
    this.problems.push({ path, message });
  }

  note(path: JsonPath, message: string, severity: SchemaNote['severity'] = 'note'): void {
    const earlier = this.#notes.get(message);
    const note =
      earlier === undefined
        ? { path, message, severity, others: [] }
        : { ...earlier, others: [...earlier.others, path] };
    this.#notes.set(message, note);
  }

  get notes(): readonly SchemaNote[] {
    return [...this.#notes.values()];
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
