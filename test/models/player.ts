/**
 * A fake model server that plays shapes: by the name of the model in the request (`shape-<id>`) it knows whom to be. It
 * keeps every request, and refuses what the shape's rules refuse.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { json } from 'node:stream/consumers';
import type { Api, Refusal, RequestBody, Shape, WireAnswer } from './shape.ts';

export interface PlayedRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: RequestBody;
  readonly refusal?: Refusal;
}

export interface Player extends AsyncDisposable {
  /** `http://127.0.0.1:<port>/v1` */
  readonly url: string;
  /** Those that named the shape, oldest first. */
  readonly requests: (id: string) => readonly PlayedRequest[];
}

export interface PlayerOptions {
  /** Resolves when the first request of the shape may be answered. */
  readonly beforeFirstAnswer?: (shape: Shape) => Promise<void>;
}

export const modelOf = ({ id }: Pick<Shape, 'id'>): string => `shape-${id}`;

const addresses: Readonly<Record<string, Api>> = {
  '/v1/chat/completions': 'chat',
  '/v1/messages': 'messages',
  '/v1/responses': 'responses',
};

/** Listens on a free port of this machine. */
export async function startPlayer(shapes: readonly Shape[], options: PlayerOptions = {}): Promise<Player> {
  const stages = new Map(shapes.map((shape) => [modelOf(shape), new Stage(shape)]));
  const server = createServer((incoming, response) => {
    // A peer that hangs up is none of our concern.
    response.on('error', () => undefined);
    void serve(stages, options, { incoming, response }).catch(() => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: (id) => stages.get(modelOf({ id }))?.requests ?? [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

/** One shape, and how far its play has come. */
class Stage {
  readonly shape: Shape;
  readonly requests: PlayedRequest[] = [];
  #taken = 0;
  #refused = 0;

  constructor(shape: Shape) {
    this.shape = shape;
  }

  take(headers: PlayedRequest['headers'], body: RequestBody): WireAnswer {
    const { rules = [], answers, constrained, times } = this.shape;
    const refusal = rules
      .map((rule) => rule(body, { headers, refused: this.#refused }))
      .find((found) => found !== undefined);
    this.requests.push({ headers, body, ...(refusal === undefined ? {} : { refusal }) });
    if (refusal !== undefined) {
      this.#refused += 1;
      const { status, headers: more } = refusal;
      return { status, headers: { 'content-type': 'application/json', ...more }, body: [JSON.stringify(refusal.body)] };
    }
    if (constrained !== undefined && asksForForm(body)) return constrained;
    const place = this.#taken;
    this.#taken += 1;
    const answer = times === undefined ? (answers[place] ?? answers.at(-1)) : answers[place % answers.length];
    if (answer === undefined) throw new Error(`${this.shape.id} has no answer`);
    return answer;
  }
}

/** In any of the three formats. */
function asksForForm(body: RequestBody): boolean {
  const [config, text] = [body['output_config'], body['text']] as readonly (
    | { readonly format?: { readonly type?: string } }
    | undefined
  )[];
  const type = config?.format?.type ?? text?.format?.type;
  return body['response_format'] !== undefined || (type !== undefined && type !== 'text');
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
}

async function serve(stages: ReadonlyMap<string, Stage>, options: PlayerOptions, exchange: Exchange): Promise<void> {
  const { incoming, response } = exchange;
  const body = (await json(incoming)) as RequestBody;
  // A default server is asked for models by names that have the server's before them.
  const model = String(body['model']).replace(/^[^/]*\//, '');
  const stage = stages.get(model);
  const api = addresses[new URL(incoming.url ?? '', 'http://here').pathname];
  if (stage === undefined || stage.shape.api !== api) {
    const message = `no shape ${model} speaks at ${incoming.url}`;
    return write(response, { status: 404, body: [JSON.stringify({ error: { message } })] }, { isStream: true });
  }
  if (stage.requests.length === 0) await options.beforeFirstAnswer?.(stage.shape);
  const headers = incoming.headers as PlayedRequest['headers'];
  await write(response, stage.take(headers, body), { isStream: body['stream'] === true });
}

async function write(
  response: ServerResponse,
  { status = 200, headers, body, end = 'finished', whole }: WireAnswer,
  { isStream }: { readonly isStream: boolean },
): Promise<void> {
  if (!isStream && whole !== undefined) {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(whole));
    return;
  }
  if (end === 'broken' && body.length === 0) return void response.socket?.destroy();
  response.writeHead(status, headers ?? { 'content-type': status === 200 ? 'text/event-stream' : 'application/json' });
  response.flushHeaders();
  for (const piece of body) {
    response.write(piece);
    // Small pieces of one tick would arrive as one.
    await setImmediate();
  }
  if (end === 'finished') response.end();
  if (end === 'broken') response.socket?.end(() => response.socket?.destroy());
}
