/**
 * Judges from outside whether what a process acknowledged was on the disk by then: reads what `strace -f -y` saw of its
 * writes and syncs. Pure, so that it can be shown traces of a process that lies.
 *
 * An acknowledgement is a write of `ACK <id>` to any descriptor. It is kept when an earlier commit of the write-ahead
 * log holds the id, and the first sync of the log that began behind that commit's last frame ended well before the
 * acknowledgement began. The first one decides: once a sync has failed, the kernel may have dropped the pages, and the
 * next one succeeds without having written them.
 *
 * Surprise: what strace prints on one line happened while no other thread did anything that it saw. A call during which
 * another thread did is printed as two lines, so the order of lines is the order of time.
 */

/** What is traced; `-s` has to leave room for a page of the database. */
export const straceOptions: readonly string[] =
  '-f -y -qq -s 8192 -e trace=write,pwrite64,fsync,fdatasync -e signal=none'.split(' ');

export interface Verdict {
  readonly acknowledged: number;
  /** Syncs of the log that ended well. */
  readonly syncs: number;
  /** A sentence for each acknowledgement that came too early. */
  readonly broken: readonly string[];
}

/** Judges every acknowledgement of a trace; `log` is the path of the database's write-ahead log. */
export function judgeTrace(trace: string, log: string): Verdict {
  const calls = callsOf(trace);
  const ofLog = calls.filter(({ file }) => file === log);
  const writes = ofLog.filter(({ name }) => name === 'pwrite64');
  const syncs = ofLog.filter(({ name }) => name === 'fsync' || name === 'fdatasync');
  const acks = calls.filter(({ name, text }) => name === 'write' && text.startsWith(acknowledgement));
  return {
    acknowledged: acks.length,
    syncs: syncs.filter(({ result }) => result === 0).length,
    broken: acks.flatMap((ack) => problemOf(ack, writes, syncs) ?? []),
  };
}

const acknowledgement = 'ACK ';

/** A system call; `from` and `to` are the lines on which it began and ended. */
interface Call {
  readonly name: string;
  readonly file: string;
  /** The data written, escaped as strace does it; ids are readable all the same. */
  readonly text: string;
  /** What the call returned: bytes written, or negative where it failed. */
  readonly result: number;
  readonly from: number;
  readonly to: number;
}

function problemOf(ack: Call, writes: readonly Call[], syncs: readonly Call[]): string | undefined {
  const id = ack.text.slice(acknowledgement.length).replace(/\\n$/, '');
  const holding = [...writes.entries()].filter(([, write]) => write.to < ack.from && write.text.includes(id));
  if (holding.length === 0) return `${id} was acknowledged before it was written`;
  const isSafe = holding.some(([index]) => {
    const last = lastOfCommit(writes, index);
    const sync = last && syncs.find(({ from }) => from > last.to);
    return sync?.result === 0 && sync.to < ack.from;
  });
  return isSafe ? undefined : `${id} was acknowledged before its commit was synced`;
}

/**
 * The last write of the commit that the write at `index` belongs to. A frame is two writes: a header of 24 bytes, then
 * the page. Bytes 4 to 7 of the header are zero but in the last frame of a commit.
 */
function lastOfCommit(writes: readonly Call[], index: number): Call | undefined {
  // The page we were given may be that of the last frame: its header is the write before it.
  const header = writes.findIndex((write, at) => at >= index - 1 && isLastHeader(write));
  return header < 0 ? undefined : writes[header + 1];
}

function isLastHeader({ text, result }: Call): boolean {
  return result === 24 && !unescaped(text).startsWith('\0\0\0\0', 4);
}

const namedEscapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' };

function unescaped(text: string): string {
  return text.replace(/\\(?:([0-7]{1,3})|(.))/g, (_, octal: string | undefined, name: string) =>
    octal === undefined ? (namedEscapes[name] ?? name) : String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

const wholeCall = /^(\d+) +(\w+)\(\d+<([^>]*)>(?:, "((?:[^"\\]|\\.)*)")?.*\) += (-?\d+)/;
const begunCall = /^(\d+) +\w+\(.* <unfinished \.\.\.>$/;
const resumedCall = /^(\d+) +<\.\.\. \w+ resumed>/;

/** The calls of a trace, in the order of their beginnings; those that never ended are left out. */
function callsOf(trace: string): readonly Call[] {
  const calls: Call[] = [];
  const begun = new Map<string, { readonly line: string; readonly from: number }>();
  for (const [to, line] of trace.split('\n').entries()) {
    const thread = begunCall.exec(line)?.[1];
    if (thread !== undefined) {
      begun.set(thread, { line: line.replace(/ <unfinished \.\.\.>$/, ''), from: to });
      continue;
    }
    const resumed = resumedCall.exec(line);
    const before = resumed?.[1] === undefined ? undefined : begun.get(resumed[1]);
    const call = wholeCall.exec(before === undefined ? line : before.line + line.slice(resumed?.[0].length));
    if (call === null) continue;
    const [, , name = '', file = '', text = '', result] = call;
    calls.push({ name, file, text, result: Number(result), from: before?.from ?? to, to });
  }
  return calls.toSorted((a, b) => a.from - b.from);
}
