/** A moment of the record as clients are told it: ISO UTC with milliseconds. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
