/**
 * One part of a file, as `Range` asks for it (RFC 9110). What cannot be understood or met is passed over, as that
 * allows.
 */

export interface ByteRange {
  readonly from: number;
  /** Left out. */
  readonly end: number;
}

/** Undefined: all of it. */
export function byteRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '') {
    const count = Math.min(Number(last), size);
    return last === '' || count === 0 ? undefined : { from: size - count, end: size };
  }
  const from = Number(first);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  return from < end ? { from, end } : undefined;
}
