/** One request to one model: the body, the headers, and what became of it. */

import { compact } from '@perdure/contract';
import { faultOf, wellFormedJson, wireFormats } from '../formats/index.ts';
import type { OptionalFeature } from '../turn/learnt.ts';
import type { ModelTurnRequest } from '../turn/port.ts';
import { modelName, type ModelTarget } from '../turn/server.ts';
import type { Answer } from '../wire/draft.ts';
import { isObject, parseJson } from '../wire/loose.ts';
import type { ServerFault } from '../wire/piece.ts';
import { AnswerReading, type ReadOutcome } from '../wire/read.ts';
import { wordsOf } from '../wire/words.ts';
import { statusFailure, type ModelFailure } from './failure.ts';
import { sendHttp, type HttpEnd } from './http.ts';

export interface AskRequest {
  readonly turn: ModelTurnRequest;
  readonly target: ModelTarget;
  readonly features: ReadonlySet<OptionalFeature>;
  readonly maxOutputTokens?: number;
}

export type AskOutcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly failure: ModelFailure; readonly tail: string };

/** Sends the request. Never rejects; after an abort the outcome is any. */
export type Ask = (request: AskRequest) => Promise<AskOutcome>;

/** Bytes of an error that are read: enough for its words. */
const errorBytes = 64 * 1024;

export const ask: Ask = async ({ turn, target, features, maxOutputTokens }) => {
  const { server, model } = target;
  const format = wireFormats[server.api];
  const options = { model, asked: modelName(target), features, ...compact({ maxOutputTokens }) };
  const secrets = [server.apiKey ?? '', ...Object.values(server.headers)];
  const said = (words: string | undefined) => wordsOf(words, { secrets, asked: askedIn(turn) });
  const reading = new AnswerReading(format, { tools: turn.tools, onText: (delta) => turn.onText?.(delta) });
  const refusal = new Refusal();
  let head: Head = { status: 0, header: () => undefined };
  const end = await sendHttp(
    {
      url: new URL(`${server.baseUrl.replace(/\/+$/, '')}${format.path}`),
      headers: { ...format.headers(server), ...server.headers, 'idempotency-key': turn.idempotencyKey },
      body: bodyText(format.body(turn, options)),
      limits: server.limits,
      signal: turn.signal,
    },
    {
      head: (given) => (head = given),
      bytes: (bytes) => {
        if (!isGood(head.status)) return refusal.add(bytes);
        reading.add(bytes);
        if (reading.isOver) return 'enough';
        return reading.isComplete ? 'little-more' : 'more';
      },
    },
  );
  if (head.status !== 0 && !isGood(head.status))
    return { kind: 'failed', failure: refusedBy(head, refusal.text, said), tail: '' };
  const outcome = reading.finish({ isWhole: end.kind === 'whole' });
  if (outcome.kind === 'answered') return outcome;
  return { kind: 'failed', failure: failureOf(outcome, { end, head, said }), tail: reading.tail(secrets) };
};

interface Head {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
}

const isGood = (status: number): boolean => status >= 200 && status < 300;

/** All that a server may repeat. */
function askedIn({ instructions, messages }: ModelTurnRequest): string {
  return [instructions, ...messages.map(({ content }) => content)].join('\n');
}

/** Half a surrogate pair is written as an escape, which many servers refuse. */
function bodyText(body: object): string {
  const text = JSON.stringify(body);
  return /\\u[dD][89a-fA-F]/.test(text) ? wellFormedJson(body) : text;
}

/** The body of an answer that is none. */
class Refusal {
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  get text(): string {
    return Buffer.concat(this.#pieces).toString('utf8');
  }

  add(bytes: Uint8Array): 'more' | 'enough' {
    this.#pieces.push(bytes);
    this.#length += bytes.length;
    return this.#length < errorBytes ? 'more' : 'enough';
  }
}

type Shown = (words: string | undefined) => string | undefined;

function refusedBy({ status, header }: Head, text: string, shown: Shown): ModelFailure {
  const parsed = parseJson(text);
  const body = Array.isArray(parsed) ? parsed[0] : parsed;
  const fault = isObject(body) ? faultOf(body, { isError: true, isAnswer: false }) : undefined;
  const words = fault?.words ?? plainWords(text, status < 400 ? header('location') : undefined);
  const said: ServerFault = { ...fault, status, ...compact({ words }) };
  return statusFailure(said, { retryAfter: header('retry-after'), shown: shown(words) });
}

function plainWords(text: string, location: string | undefined): string | undefined {
  if (location !== undefined) {
    return URL.canParse(location) ? `it redirects to ${new URL(location).origin}` : 'it redirects elsewhere';
  }
  if (/^\s*</.test(text)) return /<title>([^<]*)<\/title>/i.exec(text)?.[1];
  return parseJson(text) === undefined && text.trim() !== '' ? text : undefined;
}

interface ReadContext {
  readonly end: HttpEnd;
  readonly head: Head;
  readonly said: Shown;
}

function failureOf(
  outcome: Exclude<ReadOutcome, { kind: 'answered' }>,
  { end, head, said }: ReadContext,
): ModelFailure {
  if (outcome.kind === 'odd') return outcome;
  if (outcome.kind === 'fault') {
    const { fault } = outcome;
    return statusFailure(fault, { retryAfter: head.header('retry-after'), shown: said(fault.words) });
  }
  if (end.kind === 'problem') return end.problem.kind === 'broken' ? { ...end.problem, kind: 'cut' } : end.problem;
  if (outcome.kind === 'cut') return outcome;
  return { kind: 'no_answer', contentType: head.header('content-type')?.split(';')[0] ?? 'something' };
}
