/**
 * One request, from the parsed request to the last byte: log, script, delay, answer in one of two forms. The
 * connection may end at any moment, by the client or by the script; either way the log learns of it.
 */

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { isPerdureError } from '@perdure/contract';
import { answerQuestion } from './answer.ts';
import type { DemoClock } from './clock.ts';
import type { CarriedMemory } from './carried.ts';
import { hasField } from './formats/checks.ts';
import type { AnswerForm, Completion, Envelope, ErrorDetails, ModelRequest, WireFormat } from './formats/format.ts';
import { countUsage } from './formats/pieces.ts';
import { readQuestion } from './question.ts';
import type { LoggedRequest, RequestLog, RequestOutcome } from './request-log.ts';
import { sendError, sendJson } from './respond.ts';
import type { ScriptSource } from './script-source.ts';
import type { ScriptRule } from './script.ts';

export interface ExchangeDeps {
  readonly log: RequestLog;
  readonly script: ScriptSource;
  readonly carried: CarriedMemory;
  readonly clock: DemoClock;
}

type Ended = Exclude<RequestOutcome, { kind: 'pending' }>;

/** A request that was read, and how to answer it. */
export interface Asked {
  readonly format: WireFormat;
  readonly request: ModelRequest;
  readonly form: AnswerForm;
}

/** One exchange in progress. */
interface Exchange extends Asked, ExchangeDeps {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly logged: LoggedRequest;
  /** Aborted when the connection is gone. */
  readonly signal: AbortSignal;
}

/** Serves one request. Resolves when it has ended, however it ended. */
export async function serveRequest(
  asked: Asked,
  incoming: IncomingMessage,
  response: ServerResponse,
  deps: ExchangeDeps,
): Promise<void> {
  const { log, clock } = deps;
  const idempotencyKey = header(incoming, 'idempotency-key') ?? null;
  const logged = log.arrived(asked.request, { api: asked.format.api, idempotencyKey, at: clock.now() });
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const outcome = await answer({ ...asked, ...deps, incoming, response, logged, signal: gone.signal });
    log.ended(logged, outcome, clock.now());
  } catch (error) {
    const isGone = gone.signal.aborted || response.destroyed;
    log.ended(logged, isGone ? { kind: 'aborted', by: 'client' } : { kind: 'answered', status: 500 }, clock.now());
    if (!isGone) throw error;
  }
}

async function answer(exchange: Exchange): Promise<Ended> {
  const { request, incoming, logged, script, clock, signal } = exchange;
  const question = readQuestion(request);
  const { n, idempotencyKey } = logged;
  const { instructions, conversation, toolResults } = question;
  const occasion = { n, idempotencyKey, instructions, conversation, toolResults };
  let rule: ScriptRule | undefined;
  try {
    rule = script.next(occasion, header(incoming, 'x-demo-script'));
  } catch (error) {
    if (!isPerdureError(error, 'config_invalid')) throw error;
    return refuse(exchange, { status: 400, message: error.message, code: 'demo_script_invalid' });
  }
  if (rule?.delayMs !== undefined) await clock.sleep(rule.delayMs, signal);
  const refusal = scriptedRefusal(exchange, rule) ?? bareCall(exchange);
  if (refusal !== undefined) return refuse(exchange, refusal, rule);
  const answered = answerQuestion(question, rule);
  if (answered.kind === 'refused')
    return refuse(exchange, { status: 400, message: answered.message, code: 'invalid_schema' });
  return send(answered.completion, exchange, rule);
}

interface Refusal extends ErrorDetails {
  readonly status: number;
  readonly message: string;
}

function scriptedRefusal({ format, request, incoming }: Exchange, rule: ScriptRule | undefined): Refusal | undefined {
  const code = 'demo_script';
  if (rule?.apiKey !== undefined && format.apiKeyOf(incoming.headers) !== rule.apiKey) {
    return { status: 401, message: "The API key is not the one that the demo model's script asks for.", code };
  }
  if (rule?.status !== undefined) {
    return { status: rule.status, message: `The demo model's script asks for status ${rule.status}.`, code };
  }
  const rejected = [...(rule?.rejectFields ?? []), ...(rule?.rejectResponseFormat ? [format.structuredField] : [])];
  const param = rejected.find((path) => hasField(request.body, path));
  return param === undefined
    ? undefined
    : { status: 400, message: `${param} is not supported by this server.`, code, param };
}

function bareCall({ format, request, carried }: Exchange): Refusal | undefined {
  const call = carried.findBare(request);
  if (call === undefined) return undefined;
  const message = `The call ${call} came back without the ${format.carriedName} of the answer that made it: send it back as it was.`;
  return { status: 400, message, code: 'reasoning_missing' };
}

function refuse({ response, format }: Exchange, { status, message, ...about }: Refusal, rule?: ScriptRule): Ended {
  const headers = rule?.retryAfter === undefined ? {} : { 'retry-after': String(rule.retryAfter) };
  sendError(response, format, status, message, { ...about, headers });
  return { kind: 'answered', status };
}

async function send(completion: Completion, exchange: Exchange, rule: ScriptRule | undefined): Promise<Ended> {
  const { request, form, format, logged, clock, carried, response, signal } = exchange;
  const created = Math.floor(clock.now() / 1000);
  const envelope: Envelope = { n: logged.n, created, usage: countUsage(request, completion) };
  if (rule?.requireCarried && completion.thoughts !== undefined) {
    const ids = completion.toolCalls.map((_, index) => format.callId(logged.n, index));
    carried.require(ids, completion.thoughts);
  }
  if (request.isStream) return stream(envelope, completion, exchange, rule);
  const body = form.body(envelope, completion);
  if (rule?.cutStreamAfter === undefined) {
    sendJson(response, 200, body);
    return { kind: 'answered', status: 200 };
  }
  const text = JSON.stringify(body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  await write(response, text.slice(0, Math.min(rule.cutStreamAfter, text.length - 1)), signal);
  return cut(response);
}

async function stream(
  envelope: Envelope,
  completion: Completion,
  { form, response, clock, signal }: Exchange,
  rule: ScriptRule | undefined,
): Promise<Ended> {
  const limit = rule?.cutStreamAfter;
  const failure = rule?.failStreamAfter;
  let sent = 0;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const { text, characters, isBehind } of form.events(envelope, completion)) {
    sent += characters;
    // Behind everything too: the script asked for a broken answer, and a finish reason would make it a whole one.
    if (limit !== undefined && (sent > limit || isBehind)) return cut(response);
    if (failure !== undefined && (sent > failure || isBehind)) {
      response.end(form.failure(envelope, "The demo model's script asks for a failure here."));
      return { kind: 'answered', status: 200 };
    }
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
