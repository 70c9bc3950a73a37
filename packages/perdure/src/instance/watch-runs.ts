/**
 * While `perdure up` stays: tells what becomes of runs. The server is asked every other second for the newest ones, and
 * for those known before that have not ended: what is told may come a moment late, and a run that begins and ends
 * between two looks is told by its end alone.
 */

import { isFinished, isSettled, type Run, type RunStatus, type RunSummary, type Wait } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { allPages } from '../client/all-pages.ts';

interface OfRun {
  readonly run: string;
  readonly pipeline: string;
}

export type RunNews =
  | { readonly kind: 'runs_go_on'; readonly runs: readonly OfRun[] }
  | ({ readonly kind: 'run_started' | 'run_recovered' | 'run_cancelled' } & OfRun)
  | ({ readonly kind: 'run_completed'; readonly ms: number } & OfRun)
  | ({ readonly kind: 'run_failed' | 'run_needs_attention'; readonly reason: string } & OfRun)
  | ({ readonly kind: 'run_asks'; readonly wait: string; readonly question: string } & OfRun);

/** As it was at the last look; undefined: not known before. */
export function newsOf(before: RunSummary | undefined, now: RunSummary): readonly RunNews[] {
  const of = { run: now.id, pipeline: now.pipeline };
  const news: RunNews[] = [];
  // A part of another run is told of only where somebody has to look.
  const isPart = now.parent !== undefined;
  if (before === undefined && !isPart && !isSettled(now.status)) news.push({ kind: 'run_started', ...of });
  if (before !== undefined && now.recoveries > before.recoveries && !isPart)
    news.push({ kind: 'run_recovered', ...of });
  if (before?.status === now.status) return news;
  const reason = now.error?.message ?? '';
  if (now.status === 'needs_attention') news.push({ kind: 'run_needs_attention', ...of, reason });
  if (isPart) return news;
  if (now.status === 'failed') news.push({ kind: 'run_failed', ...of, reason });
  if (now.status === 'cancelled') news.push({ kind: 'run_cancelled', ...of });
  if (now.status === 'completed') {
    const ms = Math.max(0, Date.parse(now.endedAt ?? now.updatedAt) - Date.parse(now.createdAt));
    news.push({ kind: 'run_completed', ...of, ms });
  }
  return news;
}

const everyMs = 2_000;
/** Newest runs that are looked at. */
const mostNew = 50;
/** Runs known before that are looked at one by one. */
const mostKnown = 20;
const goingOn: readonly RunStatus[] = ['queued', 'running', 'waiting', 'undoing', 'paused', 'needs_attention'];

type RunsClient = Pick<Client, 'listRuns' | 'getRun' | 'listWaits'>;

export interface RunsWatch {
  /** What has happened since the last look; the first one tells which runs go on. */
  readonly look: () => Promise<readonly RunNews[]>;
}

export function createRunsWatch(client: RunsClient): RunsWatch {
  const known = new Map<string, RunSummary>();
  const asked = new Set<string>();
  let isFirst = true;

  const first = async (): Promise<readonly RunNews[]> => {
    const pages = await Promise.all(goingOn.map((status) => client.listRuns({ query: { limit: mostNew, status } })));
    const found = pages.flatMap(({ data }) => data);
    // Those that ended before are no news either.
    const { data: newest } = await client.listRuns({ query: { limit: mostNew } });
    for (const run of [...newest, ...found]) known.set(run.id, run);
    isFirst = false;
    const runs = found
      .filter(({ status, parent }) => !isSettled(status) && status !== 'paused' && parent === undefined)
      .map(({ id, pipeline }) => ({ run: id, pipeline }));
    const goesOn: readonly RunNews[] = runs.length === 0 ? [] : [{ kind: 'runs_go_on', runs }];
    return [...goesOn, ...(await questionsOf(client, found.filter(isAsking), asked))];
  };
  const next = async (): Promise<readonly RunNews[]> => {
    const { data: newest } = await client.listRuns({ query: { limit: mostNew } });
    const ids = new Set(newest.map(({ id }) => id));
    const others = [...known.values()].filter(({ id, status }) => !ids.has(id) && !isFinished(status));
    const looked = await Promise.all(others.slice(0, mostKnown).map(({ id }) => readRunOrNone(client, id)));
    const seen = [...newest, ...looked.filter((run) => run !== undefined)];
    const changed = seen
      .filter((run) => known.get(run.id)?.updatedAt !== run.updatedAt)
      .toSorted((one, other) => Date.parse(one.updatedAt) - Date.parse(other.updatedAt));
    const questions = await questionsOf(client, changed.filter(isAsking), asked);
    // What a run asks is told behind what became of it, a question of a part where the part has changed.
    const news = changed.flatMap((run) => [
      ...newsOf(known.get(run.id), run),
      ...questions.filter((question) => question.kind === 'run_asks' && question.run === run.id),
    ]);
    for (const run of changed) known.set(run.id, run);
    forgetOld(known, ids);
    return [...news, ...questions.filter((question) => !news.includes(question))];
  };
  return { look: () => (isFirst ? first() : next()) };
}

function isAsking({ status, waitingFor }: RunSummary): boolean {
  return status === 'needs_attention' || waitingFor?.kind === 'human';
}

/** Each question once; `asked` keeps the ids of those that were told. */
async function questionsOf(
  client: RunsClient,
  runs: readonly RunSummary[],
  asked: Set<string>,
): Promise<readonly RunNews[]> {
  const waits = await Promise.all(
    runs.map(({ id }) => allPages((page) => client.listWaits({ query: { ...page, run: id } }))),
  );
  return waits.flat().flatMap((wait) => {
    if (wait.purpose === 'delegation' || asked.has(wait.id)) return [];
    asked.add(wait.id);
    return [askedNews(wait)];
  });
}

function askedNews({ id, runId, pipeline, question }: Wait): RunNews {
  return { kind: 'run_asks', run: runId, pipeline, wait: id, question };
}

/** Undefined of one that is gone. */
async function readRunOrNone(client: RunsClient, id: string): Promise<RunSummary | undefined> {
  try {
    return (await client.getRun({ params: { id } })).data as Run;
  } catch {
    return undefined;
  }
}

/** What has ended and is no longer among the newest is not asked for again. */
function forgetOld(known: Map<string, RunSummary>, newest: ReadonlySet<string>): void {
  for (const [id, { status }] of known) if (isFinished(status) && !newest.has(id)) known.delete(id);
}

/** Answers a function that ends it. */
export function watchRuns(client: RunsClient, tell: (news: readonly RunNews[]) => void): () => void {
  const { look } = createRunsWatch(client);
  let isLooking = false;
  const lookOnce = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    // A server that does not answer just now is told of by others.
    const news = await look().catch(() => []);
    isLooking = false;
    if (news.length > 0) tell(news);
  };
  void lookOnce();
  const timer = setInterval(() => void lookOnce(), everyMs).unref();
  return () => clearInterval(timer);
}
