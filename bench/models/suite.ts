/** What a model turn costs beside the model, against Mastra's own provider: a long stream, and one short turn. */

import { PerdureError } from '@perdure/contract';
import type { ModelTurnRequest } from '@perdure/models';
import type { Figure } from '../figures.ts';
import { median } from '../statistics.ts';
import type { Suite } from '../suite.ts';
import { mastraTurn } from './bare-mastra.ts';
import { productTurn, type TakeTurn } from './product-turn.ts';
import { startServer } from './server-process.ts';
import { deltas, pieceAt } from './stream.ts';

const streamServer = new URL('stream-server.ts', import.meta.url);
const demoModel = new URL(import.meta.resolve('@perdure/demo-model/main'));

export const measureModels: Suite = async (say) => {
  say(`a stream of ${deltas} pieces`);
  await using streaming = await startServer(streamServer);
  const whole = Array.from({ length: deltas }, (_, place) => pieceAt(place)).join('');
  const long = await compare(streaming.url, { blocks: 9, turns: 1, warmUp: 2, isRight: (text) => text === whole });
  say('one turn against the demo model');
  await using demo = await startServer(demoModel, { PERDURE_DEMO_MODEL_PORT: '0' });
  const short = await compare(demo.url, {
    blocks: 20,
    turns: 20,
    warmUp: 60,
    isRight: (text) => text === '{"verdict":"approved"}',
  });
  return [figureOf('model-stream', 1.1, long), figureOf('model-turn', 1.05, short)];
};

interface Comparison {
  readonly blocks: number;
  readonly turns: number;
  readonly warmUp: number;
  /** A turn that reads something else is not one to be timed. */
  readonly isRight: (text: string) => boolean;
}

interface Pair {
  readonly ours: number;
  readonly bare: number;
}

/** Blocks of turns, ours and the peer's, each first as often as second. */
async function compare(url: string, { blocks, turns, warmUp, isRight }: Comparison): Promise<readonly Pair[]> {
  const sides = { ours: productTurn(url), bare: await mastraTurn(url) };
  const time = async (side: keyof Pair, count: number) => median(await timeTurns(sides[side], { count, isRight }));
  for (const side of ['ours', 'bare'] as const) await time(side, warmUp);
  const pairs: Pair[] = [];
  for (let block = 0; block < blocks; block += 1) {
    const isOursFirst = block % 2 === 0;
    const first = await time(isOursFirst ? 'ours' : 'bare', turns);
    const second = await time(isOursFirst ? 'bare' : 'ours', turns);
    pairs.push(isOursFirst ? { ours: first, bare: second } : { ours: second, bare: first });
  }
  return pairs;
}

const request: Omit<ModelTurnRequest, 'idempotencyKey'> = {
  instructions: 'You review what is handed to you.',
  messages: [{ role: 'user', content: '{"prompt":"Build a URL shortener service"}' }],
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['verdict'],
    properties: { verdict: { type: 'string', enum: ['approved', 'changes_requested'] } },
  },
  tools: [],
  mustAnswer: false,
  signal: new AbortController().signal,
};

async function timeTurns(
  take: TakeTurn,
  { count, isRight }: { readonly count: number; readonly isRight: Comparison['isRight'] },
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const from = performance.now();
    const text = await take({ ...request, idempotencyKey: `bench/${turn}` });
    times.push(performance.now() - from);
    if (!isRight(text)) throw new PerdureError('internal', `A turn of the bench read ${text.slice(0, 100)}.`);
  }
  return times;
}

function figureOf(id: string, atMost: number, pairs: readonly Pair[]): Figure {
  const p50 = (side: keyof Pair) => median(pairs.map((pair) => pair[side])).toFixed(1);
  return {
    id,
    value: median(pairs.map(({ ours, bare }) => ours / bare)),
    unit: 'x',
    target: { atMost },
    note: `p50 ${p50('ours')} ms, Mastra's own provider ${p50('bare')} ms`,
  };
}
