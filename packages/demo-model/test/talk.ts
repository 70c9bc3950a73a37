/** How the tests talk to the demo model: over real HTTP, as any client does. */

import { compact } from '@perdure/contract';
import { startDemoModel, type DemoModel, type DemoModelOptions } from '../src/index.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export const start = (options: Partial<DemoModelOptions> = {}) => startDemoModel({ port: 0, ...options });

export interface TalkOptions extends AskOptions {
  /** Behind the base URL; a chat completion where absent. */
  readonly path?: string;
}

const messages = [{ role: 'user', content: 'Build a URL shortener service' }];
const usual: Readonly<Record<string, object>> = {
  '/chat/completions': { messages },
  '/messages': { messages, max_tokens: 4_096 },
  '/responses': { input: messages },
};

/** Posts a request; members of `request` replace the usual ones. */
export function post(
  model: DemoModel,
  request: object,
  { headers = {}, signal, path = '/chat/completions' }: TalkOptions = {},
): Promise<Response> {
  return fetch(`${model.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'any', ...usual[path], ...request }),
    ...compact({ signal }),
  });
}

/** The same, with the reply read as JSON. */
export async function ask(model: DemoModel, request: object = {}, options: TalkOptions = {}): Promise<Reply> {
  const response = await post(model, request, options);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

interface CompletionLike {
  readonly choices: readonly { readonly message: { readonly content: string } }[];
}

/** Text of a completion. */
export function textOf(reply: Reply): string {
  const [choice] = (reply.body as CompletionLike).choices;
  return choice?.message.content ?? '';
}

export const withSchema = (schema: object) => ({
  response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
});

/** An event of a stream. */
export interface Chunk {
  readonly object: string;
  readonly model: string;
  readonly choices: readonly {
    readonly delta: { readonly role?: string; readonly content?: string };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: object;
}

/** Text that an event carries. */
export const pieceOf = (event: unknown) => (event as Chunk).choices[0]?.delta.content ?? '';

/** Events of a stream, `[DONE]` as a string. */
export function eventsOf(text: string): readonly unknown[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => block.replace(/^(?:event: .*\n)?data: /, ''))
    .map((data) => (data === '[DONE]' ? data : JSON.parse(data)));
}
