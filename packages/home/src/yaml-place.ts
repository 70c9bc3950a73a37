/** A value in `perdure.config.yaml` and where it stands, so that whatever is wrong with it can be said by line. */

import { PerdureError } from '@perdure/contract';

export interface SettingsFile<T> {
  readonly path: string;
  readonly content: T;
  /** Line of the value under these keys, from 1; undefined where it is not known. */
  readonly lineOf?: (keys: readonly string[]) => number | undefined;
}

/** A config file that cannot be used; `problem` says what is wrong and what to do. */
export function invalidFile(path: string, problem: string, cause?: unknown): PerdureError {
  return new PerdureError('config_invalid', `${path}: ${problem}.`, { details: { path }, cause });
}

export class YamlPlace {
  readonly value: unknown;
  readonly keys: readonly string[];
  readonly #file: SettingsFile<unknown>;

  private constructor(file: SettingsFile<unknown>, keys: readonly string[], value: unknown) {
    this.#file = file;
    this.keys = keys;
    this.value = value;
  }

  /** The whole document. */
  static of(file: SettingsFile<unknown>): YamlPlace {
    return new YamlPlace(file, [], file.content);
  }

  /** As people write it: `models.groq.baseUrl`. */
  get name(): string {
    return this.keys.join('.');
  }

  get source(): string {
    return `${this.name} in ${this.#file.path}`;
  }

  /** Whether anything is said here. */
  get isGiven(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** What lies under `key`; nothing where this is no mapping. */
  at(key: string): YamlPlace {
    return new YamlPlace(this.#file, [...this.keys, key], isMapping(this.value) ? this.value[key] : undefined);
  }

  /** Each member; none where nothing is said. */
  members(): readonly YamlPlace[] {
    if (!this.isGiven) return [];
    if (!isMapping(this.value)) return this.refuse('is to be names with values, each on a line of its own');
    return Object.keys(this.value).map((key) => this.at(key));
  }

  /** The members, of which there may be no other than `known`. */
  only(known: readonly string[]): readonly YamlPlace[] {
    const members = this.members();
    const odd = members.find(({ keys }) => !known.includes(keys.at(-1) ?? ''));
    return odd === undefined ? members : odd.refuse(`is no setting; there are ${known.join(', ')}`);
  }

  /** Text or number as text; undefined where nothing is said. */
  text(): string | undefined {
    const { value } = this;
    if (!this.isGiven) return undefined;
    if (typeof value === 'string' || typeof value === 'number') return String(value).trim();
    return this.refuse('is to be one value, not a list or names with values');
  }

  /** What is wrong, and what to do; the value is quoted by whoever knows that it is no secret. */
  refuse(problem: string): never {
    const { path, lineOf } = this.#file;
    const line = lineOf?.(this.keys);
    throw invalidFile(line === undefined ? path : `${path}:${line}`, `${this.name} ${problem}`);
  }
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
