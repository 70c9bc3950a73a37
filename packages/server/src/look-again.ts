/** Looks again and again, one look after the other. A trouble is said once, and again where it is another one. */

export interface Looking {
  /** Resolves when the last look is over. */
  stop(): Promise<void>;
}

export interface LookAgainDeps {
  /** Answers what went wrong, in sentences; nothing did: an empty text. Never rejects. */
  readonly look: () => Promise<string>;
  readonly everyMs: number;
  readonly log: (message: string) => void;
}

export function lookAgain({ look, everyMs, log }: LookAgainDeps): Looking {
  let lastTrouble = '';
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const turn = async (): Promise<void> => {
    const trouble = await look();
    if (trouble !== '' && trouble !== lastTrouble) log(trouble);
    lastTrouble = trouble;
    if (isStopped) return;
    timer = setTimeout(() => {
      current = turn();
    }, everyMs);
  };
  let current = turn();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}
