/**
 * One chat completion, from the parsed request to the last byte: log, script, delay, answer in one of two forms. The
 * connection may end at any moment, by the client or by the script; either way the log learns of it.
 */

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { isPerdureError } from '@perdure/contract';
import { answerQuestion } from './answer.ts';
import type { DemoClock } from './clock.ts';
import { readQuestion } from './prompt.ts';
import type { LoggedRequest, RequestLog, RequestOutcome } from './request-log.ts';
import { sendError, sendJson } from './respond.ts';
import type { ScriptSource } from './script-source.ts';
import type { ScriptRule } from './script.ts';
import {
  completionBody,
  completionEvents,
  countUsage,
  type ChatRequest,
  type Completion,
  type Envelope,
} from './wire.ts';

export interface ChatDeps {
  readonly log: RequestLog;
  readonly script: ScriptSource;
  readonly clock: DemoClock;
}

type Ended = Exclude<RequestOutcome, { kind: 'pending' }>;

/** One exchange in progress. */
interface Exchange {
  readonly request: ChatRequest;
  readonly logged: LoggedRequest;
  readonly response: ServerResponse;
  readonly rule: ScriptRule | undefined;
  readonly clock: DemoClock;
  /** Aborted when the connection is gone. */
  readonly signal: AbortSignal;
}

/** Serves one request. Resolves when it has ended, however it ended. */
export async function serveChat(
  request: ChatRequest,
  incoming: IncomingMessage,
  response: ServerResponse,
  deps: ChatDeps,
) {
  const { log, clock } = deps;
  const logged = log.arrived(request, header(incoming, 'idempotency-key') ?? null, clock.now());
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const outcome = await exchange(request, incoming, response, { ...deps, logged, signal: gone.signal });
    log.ended(logged, outcome, clock.now());
  } catch (error) {
    const isGone = gone.signal.aborted || response.destroyed;
    log.ended(logged, isGone ? { kind: 'aborted', by: 'client' } : { kind: 'answered', status: 500 }, clock.now());
    if (!isGone) throw error;
  }
}

async function exchange(
  request: ChatRequest,
  incoming: IncomingMessage,
  response: ServerResponse,
  deps: ChatDeps & Pick<Exchange, 'logged' | 'signal'>,
): Promise<Ended> {
  const question = readQuestion(request);
  const { n, idempotencyKey } = deps.logged;
  const { instructions, conversation, toolResults } = question;
  const occasion = { n, idempotencyKey, instructions, conversation, toolResults };
  let rule: ScriptRule | undefined;
  try {
    rule = deps.script.next(occasion, header(incoming, 'x-demo-script'));
  } catch (error) {
    if (!isPerdureError(error, 'config_invalid')) throw error;
    return refuse(response, 400, error.message, 'demo_script_invalid');
  }
  if (rule?.delayMs !== undefined) await deps.clock.sleep(rule.delayMs, deps.signal);
  const refusal = scriptedRefusal(request, header(incoming, 'authorization'), rule);
  if (refusal !== undefined) return refuse(response, refusal.status, refusal.message, 'demo_script', rule);
  const answer = answerQuestion(question, rule);
  if (answer.kind === 'refused') return refuse(response, 400, answer.message, 'invalid_schema');
  return send(answer.completion, { ...deps, request, response, rule });
}

function scriptedRefusal(request: ChatRequest, authorization: string | undefined, rule: ScriptRule | undefined) {
  if (rule?.apiKey !== undefined && authorization !== `Bearer ${rule.apiKey}`) {
    return { status: 401, message: "The API key is not the one that the demo model's script asks for." };
  }
  if (rule?.status !== undefined) {
    return { status: rule.status, message: `The demo model's script asks for status ${rule.status}.` };
  }
  if (rule?.rejectResponseFormat && request.response_format !== undefined && request.response_format !== null) {
    return { status: 400, message: 'response_format is not supported by this server.' };
  }
  return undefined;
}

function refuse(response: ServerResponse, status: number, message: string, code: string, rule?: ScriptRule): Ended {
  const headers = rule?.retryAfter === undefined ? {} : { 'retry-after': String(rule.retryAfter) };
  const param = rule?.rejectResponseFormat && status === 400 ? { param: 'response_format' } : {};
  sendError(response, status, message, { code, headers, ...param });
  return { kind: 'answered', status };
}

async function send(completion: Completion, exchange: Exchange): Promise<Ended> {
  const { request, logged, clock } = exchange;
  const envelope: Envelope = {
    id: `chatcmpl-demo-${logged.n}`,
    created: Math.floor(clock.now() / 1000),
    usage: countUsage(request, completion),
  };
  if (request.stream) return stream(envelope, completion, exchange);
  const { response, rule, signal } = exchange;
  const body = completionBody(envelope, completion);
  if (rule?.cutStreamAfter === undefined) {
    sendJson(response, 200, body);
    return { kind: 'answered', status: 200 };
  }
  const text = JSON.stringify(body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  await write(response, text.slice(0, Math.min(rule.cutStreamAfter, text.length - 1)), signal);
  return cut(response);
}

async function stream(envelope: Envelope, completion: Completion, exchange: Exchange): Promise<Ended> {
  const { request, response, rule, clock, signal } = exchange;
  const limit = rule?.cutStreamAfter;
  let sent = 0;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const includeUsage = request.stream_options?.include_usage === true;
  for (const { text, characters, isBehind } of completionEvents(envelope, completion, { includeUsage })) {
    sent += characters;
    // Behind everything too: the script asked for a broken answer, and a finish reason would make it a whole one.
    if (limit !== undefined && (sent > limit || isBehind)) return cut(response);
    await write(response, text, signal);
    if (characters > 0 && rule?.pieceDelayMs !== undefined) await clock.sleep(rule.pieceDelayMs, signal);
  }
  response.end();
  return { kind: 'answered', status: 200 };
}

/** Breaks the connection: what was written is still sent, the end that HTTP promises is not. */
async function cut(response: ServerResponse): Promise<Ended> {
  // Node holds the writes of one tick together and hands them to the socket after it.
  await setImmediate();
  response.socket?.destroySoon();
  return { kind: 'aborted', by: 'script' };
}

/** Resolves when there is room for more, so that a client that does not read is not buffered for. */
async function write(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!response.write(text)) await once(response, 'drain', { signal });
}

function header(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
