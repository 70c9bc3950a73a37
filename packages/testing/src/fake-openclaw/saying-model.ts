/** A model server that says one thing, streamed where that is asked for. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SayingModel extends AsyncDisposable {
  /** With `/v1`. */
  readonly baseUrl: string;
  /** What came as `Authorization`. */
  readonly keys: readonly string[];
  /** What was asked, as it came. */
  readonly bodies: readonly string[];
  /** From now on: it says this, or answers with this status. */
  say(next: string | number): void;
}

/** A model that says nothing at all for long is given up. */
const thoughtEveryMs = 5_000;

/** `ready`: before each answer; where that is streamed the model thinks meanwhile. */
export async function sayingModel(first: string, ready = async (): Promise<void> => {}): Promise<SayingModel> {
  const keys: string[] = [];
  const bodies: string[] = [];
  let text: string | number = first;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void answer());
    const answer = async (): Promise<void> => {
      const body = Buffer.concat(chunks).toString();
      keys.push(request.headers.authorization ?? '');
      bodies.push(body);
      if (typeof text === 'number') {
        response.writeHead(text, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { message: 'This is refused.', type: 'invalid_request_error' } }));
        return;
      }
      const { stream, model } = JSON.parse(body || '{}') as {
        readonly stream?: boolean;
        readonly model?: string;
      };
      const envelope = { id: 'chatcmpl-1', created: 1, model };
      const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
      if (stream !== true) {
        await ready();
        const choices = [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }];
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ ...envelope, object: 'chat.completion', choices, usage }));
        return;
      }
      const piece = (more: object): string =>
        `data: ${JSON.stringify({ ...envelope, object: 'chat.completion.chunk', ...more })}\n\n`;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const thinking = setInterval(() => response.write(piece(choice({ reasoning_content: 'Hm. ' }))), thoughtEveryMs);
      await ready().finally(() => clearInterval(thinking));
      response.write(piece(choice({ role: 'assistant', content: text })));
      response.write(piece(choice({}, 'stop')));
      response.end(`${piece({ choices: [], usage })}data: [DONE]\n\n`);
    };
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    keys,
    bodies,
    say: (next) => void (text = next),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const choice = (delta: object, finish_reason: string | null = null) => ({
  choices: [{ index: 0, delta, finish_reason }],
});
