/** Models that are away, for all runs and workers at once: one asks for all, and its success wakes them. */

export interface Outages {
  /** Whether the model may be asked now. Of several that ask at the same time one is given the probe. */
  readonly claim: (model: string) => Promise<OutageClaim>;
  /** It was asked when nobody knew of an outage, and is away: since when, and when it is asked next. */
  readonly noteAway: (model: string, about: AwayNote) => Promise<Outage>;
  /** It answers: who waits for it is woken. */
  readonly noteBack: (model: string) => Promise<void>;
}

export type OutageClaim =
  /** Nobody knows of an outage. */
  | { readonly kind: 'free' }
  /** It was away; this one asks for all. */
  | { readonly kind: 'probe'; readonly probe: Probe }
  | ({ readonly kind: 'away' } & Outage);

/** The right to ask, for all, a model that was away. It lasts as long as its worker lives and nobody takes it over. */
export interface Probe {
  /** Does `work`, and keeps the right meanwhile, however long that takes. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** It was asked and is still away. */
  noteAway(about: AwayNote): Promise<Outage>;
  /** It was not asked after all: the next one may. */
  release(): Promise<void>;
}

/** Milliseconds since the epoch. */
export interface Outage {
  readonly since: number;
  readonly nextAt: number;
  /** A sentence. */
  readonly reason: string;
}

export interface AwayNote {
  readonly reason: string;
  /** What the server wishes. */
  readonly retryAfterMs?: number;
}

/** For a process that remembers nothing: every model is there until it has been asked. */
export const noOutages: Outages = {
  claim: async () => ({ kind: 'free' }),
  noteAway: async (_model, { reason }) => ({ since: Date.now(), nextAt: Date.now(), reason }),
  noteBack: async () => undefined,
};
