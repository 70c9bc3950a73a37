/**
 * While `perdure up` stays: tells when a model goes away, and when it is back. Asked of the server, and seldom: nobody
 * waits for the news.
 */

import type { ModelAway } from '@perdure/contract';
import type { Client } from '@perdure/sdk';

export type ModelNews =
  | ({ readonly kind: 'model_away' } & ModelAway)
  | { readonly kind: 'model_back'; readonly model: string };

const has = (list: readonly ModelAway[], model: string): boolean => list.some((one) => one.model === model);

/** What has changed since. One that is still away is no news. */
export function modelNews(before: readonly ModelAway[], now: readonly ModelAway[]): readonly ModelNews[] {
  return [
    ...now.filter(({ model }) => !has(before, model)).map((away) => ({ kind: 'model_away', ...away }) as const),
    ...before.filter(({ model }) => !has(now, model)).map(({ model }) => ({ kind: 'model_back', model }) as const),
  ];
}

const everyMs = 10_000;

/** Answers a function that ends it. */
export function watchModels(client: Pick<Client, 'listModels'>, tell: (news: ModelNews) => void): () => void {
  let before: readonly ModelAway[] = [];
  const look = async (): Promise<void> => {
    const { away } = (await client.listModels()).data;
    modelNews(before, away).forEach(tell);
    before = away;
  };
  // A server that does not answer just now is told of by others.
  const timer = setInterval(() => void look().catch(() => undefined), everyMs).unref();
  return () => clearInterval(timer);
}
