/**
 * Looks after errands for as long as the server runs: at what is recorded, every second, and at what was said as soon
 * as it is. It may be ended anywhere; whoever begins next finds all of it again.
 */

import type { HubEvent } from '@perdure/hub';
import type { Errand } from './errand.ts';
import { tendErrand, type TendDeps, type Tended } from './tend.ts';

export interface WatchDeps extends TendDeps {
  /** All that are known, from wherever. */
  readonly errands: () => Promise<readonly Errand[]>;
  readonly log: (message: string) => void;
}

export interface ErrandWatch {
  /** Something was said. */
  hear(event: HubEvent): void;
  /** Looks now; resolves when it has. Troubles, one a line; empty: none. */
  look(): Promise<string>;
  stop(): Promise<void>;
}

interface Known {
  readonly tended?: Tended;
  /** Under which standing it was looked at last. */
  readonly standing: string;
  readonly again?: number;
}

export class Errands {
  readonly #deps: WatchDeps;
  #known = new Map<string, Known>();
  /** Channels in which something was said since they were looked at. */
  readonly #spoken = new Set<string>();

  constructor(deps: WatchDeps) {
    this.#deps = deps;
  }

  hear(event: HubEvent): boolean {
    if (event.kind !== 'sent' && event.kind !== 'edited') return false;
    const { channelId } = event.message;
    const isOurs = [...this.#known.values()].some(({ tended }) => tended?.channelId === channelId);
    if (isOurs) this.#spoken.add(channelId);
    return isOurs;
  }

  /** One that makes trouble keeps none of the others waiting. */
  async look(): Promise<string> {
    const troubles: string[] = [];
    const errands = await this.#deps.errands();
    const spoken = new Set(this.#spoken);
    this.#spoken.clear();
    const known = new Map<string, Known>();
    for (const errand of errands) {
      const before = this.#known.get(errand.id);
      try {
        const look = await this.#lookAt(errand, before, spoken);
        if (typeof look === 'string') troubles.push(look);
        else known.set(errand.id, look);
      } catch (error) {
        // It is looked at anew.
        troubles.push(`Errand ${errand.id}: ${(error as Error).message}`);
      }
    }
    this.#known = known;
    return troubles.join('\n');
  }

  async #lookAt(errand: Errand, before: Known | undefined, spoken: ReadonlySet<string>): Promise<Known | string> {
    const { standing, over = '' } = errand;
    const now = `${standing} ${over}`;
    const isSame = before?.standing === now;
    const channelId = before?.tended?.channelId;
    const isDue = before?.again !== undefined && before.again <= this.#deps.hub.clock();
    const isQuiet = channelId === undefined || !spoken.has(channelId);
    if (isSame && isQuiet && !isDue) return before;
    // What was late or early then may be taken now: a run that failed was tried again.
    const look = await tendErrand(this.#deps, errand, isSame ? before.tended : undefined);
    switch (look.kind) {
      case 'tended':
        return { tended: look.tended, standing: now, ...(look.again === undefined ? {} : { again: look.again }) };
      case 'nothing':
        return { standing: now };
      case 'trouble':
        return look.why;
      default:
        return look satisfies never;
    }
  }
}

/** Between two looks. */
const everyMs = 1_000;

export function watchErrands(deps: WatchDeps): ErrandWatch {
  const errands = new Errands(deps);
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let lastTrouble = '';
  let looking: Promise<string> = Promise.resolve('');
  const look = (): Promise<string> => {
    // One after the other: two at once would both hear the same.
    looking = looking.then(async () => {
      clearTimeout(timer);
      const trouble = await errands.look().catch((error: unknown) => (error as Error).message);
      if (trouble !== '' && trouble !== lastTrouble) deps.log(trouble);
      lastTrouble = trouble;
      if (!isStopped) timer = setTimeout(() => void look(), everyMs);
      return trouble;
    });
    return looking;
  };
  void look();
  return {
    hear: (event) => {
      if (!isStopped && errands.hear(event)) void look();
    },
    look,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await looking;
      clearTimeout(timer);
    },
  };
}
