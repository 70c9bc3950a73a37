/** Keeps the beginning and the end of a stream of bytes: of a long output these tell most, and memory stays bounded. */

export interface HeadAndTail {
  push(chunk: Buffer): void;
  /** As UTF-8, with a line in the place of what was left out. */
  text(): string;
  readonly isTruncated: boolean;
}

/** Keeps `limit` bytes: the first half as they came, the second half the latest ones. */
export function createHeadAndTail(limit: number): HeadAndTail {
  const half = Math.floor(limit / 2);
  const head: Buffer[] = [];
  let headLength = 0;
  let tail: Buffer[] = [];
  let tailLength = 0;
  let leftOut = 0;

  const pushTail = (chunk: Buffer): void => {
    tail.push(chunk);
    tailLength += chunk.length;
    // Joined only now and then: each byte is copied twice at most.
    if (tailLength >= 2 * half) trimTail();
  };
  const trimTail = (): void => {
    const joined = Buffer.concat(tail);
    const kept = joined.subarray(Math.max(0, joined.length - half));
    leftOut += joined.length - kept.length;
    tail = [Buffer.from(kept)];
    tailLength = kept.length;
  };

  return {
    push: (chunk) => {
      const forHead = chunk.subarray(0, half - headLength);
      if (forHead.length > 0) head.push(forHead);
      headLength += forHead.length;
      if (forHead.length < chunk.length) pushTail(chunk.subarray(forHead.length));
    },
    text: () => {
      trimTail();
      const parts =
        leftOut === 0 ? [...head, ...tail] : [...head, Buffer.from(`\n… ${leftOut} bytes left out …\n`), ...tail];
      return Buffer.concat(parts).toString('utf8');
    },
    get isTruncated() {
      return leftOut > 0 || tailLength > half;
    },
  };
}
