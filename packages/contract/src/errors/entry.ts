/** The form of an entry of the error catalogue. */

/** What one code means to each surface. Exit codes are documented in `docs/cli.md`. */
export interface ErrorEntry {
  readonly httpStatus: number;
  /** Whether the same request may succeed later without anything being changed by the caller. */
  readonly retryable: boolean;
  readonly exitCode: number;
  /** Short name of the failure, as a heading. */
  readonly title: string;
  /** What to do next when the message itself does not say it better. */
  readonly hint: string;
}
