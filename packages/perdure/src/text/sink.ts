/** Where text goes, and what tells how it may look there. */

/** `write` is false when the reader is slower than we are; commands print little enough to ignore it. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;
