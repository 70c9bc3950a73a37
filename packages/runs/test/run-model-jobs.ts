/**
 * The work that runs do outside of the record: every model turn, tool call and step of an author stays open until
 * somebody ends it.
 */

export type JobKind = 'turn' | 'tool' | 'verify' | 'step' | 'undo';

export const endings = ['well', 'badly', 'broken', 'more'] as const;

/** `more`: a turn asks for tools, chosen by `pick`; for other jobs it is as `well`. */
export interface JobEnd {
  readonly how: (typeof endings)[number];
  readonly pick: number;
}

export interface Job {
  readonly kind: JobKind;
  readonly runId: string;
  /** Of the step it is done for. */
  readonly key: string;
  /** Tool, for those of a tool. */
  readonly tool?: string;
  /** Number of the worker that does it. */
  readonly worker: number;
  /** Of the drive that does it; below that of the run, it has lost the run. */
  readonly fence: number;
}

interface OpenJob extends Job {
  readonly end: (how: JobEnd) => void;
}

export class Jobs {
  /** Every job that was ever begun, and how it ended. */
  readonly log: { readonly job: Job; end?: JobEnd }[] = [];
  readonly #open = new Set<OpenJob>();
  /** Looks at a job that begins, before it is in the log. */
  inspect: (job: Job) => void = () => undefined;

  /** Oldest first. */
  get open(): readonly OpenJob[] {
    return [...this.#open];
  }

  /** Resolves when somebody ends the job; where it listens to a signal, it may be broken off. */
  async work(job: Job, signal?: AbortSignal): Promise<JobEnd> {
    const entry = this.begin(job);
    const { promise, resolve, reject } = Promise.withResolvers<JobEnd>();
    const open = { ...job, end: resolve };
    this.#open.add(open);
    signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')), { once: true });
    try {
      entry.end = await promise;
      return entry.end;
    } finally {
      this.#open.delete(open);
    }
  }

  /** Notes a job that needs no time. */
  begin(job: Job): { readonly job: Job; end?: JobEnd } {
    this.inspect(job);
    const entry = { job };
    this.log.push(entry);
    return entry;
  }

  /** The worker is dead, and what it was doing with it. */
  drop(worker: number): void {
    for (const job of this.#open) if (job.worker === worker) this.#open.delete(job);
  }
}
