/** Pages of lists. */

export interface PageRequest {
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly next?: string;
}
