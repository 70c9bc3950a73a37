/**
 * Whether lists and pages stay fast and small beside long runs: the product's own server over a full database, against
 * another over a small one whose pages hold as many items, request by request in turn.
 */

import type { Figure } from '../figures.ts';
import { percentile } from '../statistics.ts';
import type { BenchServer } from './server.ts';

const rounds = 60;
const warmUpRounds = 5;

/** A database under a server, and the runs in it that are read. */
export interface Filled {
  readonly server: BenchServer;
  /** The run with the long transcript; in the small database, with a short one. */
  readonly conversation: string;
  readonly longRun: string;
}

interface Reading {
  readonly id: string;
  readonly what: string;
  /** First page; the others follow from it. */
  readonly path: (filled: Filled) => string;
}

const readings: readonly Reading[] = [
  { id: 'runs-page-growth', what: '100 runs', path: () => '/api/v1/runs?limit=100' },
  {
    id: 'steps-page-20mb-growth',
    what: 'steps of the 20 MB run',
    path: ({ conversation }) => `/api/v1/runs/${conversation}/steps?limit=1000`,
  },
  {
    id: 'steps-page-5000-growth',
    what: '1,000 steps of 5,000',
    path: ({ longRun }) => `/api/v1/runs/${longRun}/steps?limit=1000`,
  },
  {
    id: 'transcript-page-20mb-growth',
    what: '100 messages of the 20 MB run',
    path: ({ conversation }) => `/api/v1/runs/${conversation}/transcript`,
  },
];

interface Sample {
  readonly ms: number;
  readonly bytes: number;
}

export async function measurePages(full: Filled, small: Filled): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  let largest = { bytes: 0, what: '' };
  for (const { id, what, path } of readings) {
    const [paths, peers] = [await allPages(full.server, path(full)), await allPages(small.server, path(small))];
    const samples = await inTurn(
      (round) => readPage(full.server, paths[round % paths.length] ?? ''),
      (round) => readPage(small.server, peers[round % peers.length] ?? ''),
    );
    figures.push(growth(id, samples, `${what}, ${paths.length} pages`));
    for (const { bytes } of samples.full) if (bytes > largest.bytes) largest = { bytes, what };
  }
  figures.push(
    await measureEvents(
      'events-20mb-growth',
      'of the 20 MB run',
      [full.conversation, full],
      [small.conversation, small],
    ),
    await measureEvents('events-5000-growth', 'of a run of 5,000 steps', [full.longRun, full], [small.longRun, small]),
  );
  const page: Figure = {
    id: 'largest-page',
    value: largest.bytes / 1_048_576,
    unit: 'MiB',
    target: { atMost: 1 },
    note: largest.what,
  };
  return [...figures, page];
}

type EventsOf = readonly [runId: string, filled: Filled];

/** A run through all of its events. The time is for a thousand of them, since not all runs have as many. */
async function measureEvents(id: string, what: string, full: EventsOf, small: EventsOf): Promise<Figure> {
  const read = async ([runId, { server }]: EventsOf): Promise<Sample> => {
    const { ms, events, bytes } = await server.readEvents(runId);
    return { ms: (ms * 1_000) / events, bytes };
  };
  const samples = await inTurn(
    () => read(full),
    () => read(small),
  );
  return growth(id, samples, `1,000 events ${what}`);
}

type Samples = Readonly<Record<'full' | 'small', readonly Sample[]>>;

async function inTurn(
  full: (round: number) => Promise<Sample>,
  small: (round: number) => Promise<Sample>,
): Promise<Samples> {
  const samples = { full: [] as Sample[], small: [] as Sample[] };
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    const pair = { full: await full(Math.max(0, round)), small: await small(Math.max(0, round)) };
    if (round < 0) continue;
    samples.full.push(pair.full);
    samples.small.push(pair.small);
  }
  return samples;
}

function growth(id: string, samples: Samples, what: string): Figure {
  const at = (side: keyof Samples, share: number) =>
    percentile(
      samples[side].map(({ ms }) => ms),
      share,
    );
  const size = Math.max(...samples.full.map(({ bytes }) => bytes)) / 1_024;
  return {
    id,
    value: at('full', 0.95) / at('small', 0.95),
    unit: 'x',
    target: { atMost: 2 },
    note:
      `${what}: p95 ${at('full', 0.95).toFixed(1)} ms, on a small database ${at('small', 0.95).toFixed(1)}; ` +
      `p50 ${at('full', 0.5).toFixed(1)} and ${at('small', 0.5).toFixed(1)}; at most ${size.toFixed(0)} KiB`,
  };
}

async function readPage(server: BenchServer, path: string): Promise<Sample> {
  const { ms, body } = await server.read(path);
  return { ms, bytes: body.byteLength };
}

/** The paths of a list's pages, from the first to the last. */
async function allPages(server: BenchServer, first: string): Promise<readonly string[]> {
  const paths = [first];
  for (;;) {
    const { body } = await server.read(paths.at(-1) ?? first);
    const { next } = JSON.parse(body.toString()) as { readonly next?: string };
    if (next === undefined) return paths;
    paths.push(`${first}${first.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(next)}`);
  }
}
