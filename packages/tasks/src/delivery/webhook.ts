/**
 * One POST, signed as the Standard Webhooks say (`webhook-id`, `webhook-timestamp`, `webhook-signature`): HMAC-SHA256
 * over key, time and body, so that a receiver knows who sends, when, and what it has had before. No redirect is
 * followed: the signature is for the address that the owner chose. What goes wrong before the connection stands has
 * certainly not arrived; after that nobody knows.
 */

import { createHmac } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { SendOutcome } from '../core/outbox.ts';
import type { Message, Send, SenderWorld } from './message.ts';
import { isoTime } from '../core/time.ts';

/** Answers by which a receiver says that it has not taken it, and may later. */
const notNow = [408, 425, 429, 503];

export const sendByWebhook: Send<'webhook'> = async (message, { url, url_variable, secret_variable }, world) => {
  const secret = world.readSecret(secret_variable);
  if (secret === undefined) return missing(secret_variable);
  const text = url ?? world.readSecret(url_variable ?? '');
  if (text === undefined) return missing(url_variable ?? '');
  const address = URL.parse(text);
  if (address === null || !/^https?:$/.test(address.protocol)) {
    return { kind: 'failed', why: `${url_variable ?? 'its address'} holds no http or https address` };
  }
  const body = webhookBody(message);
  const timestamp = Math.floor(world.now() / 1000);
  return await post(address, body, {
    timeoutMs: world.timeoutMs,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'perdure',
      'webhook-id': message.id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${sign({ id: message.id, timestamp, body }, secret)}`,
    },
  });
};

/** The same bytes at every attempt. */
export function webhookBody({ id, taskId, number, reason, text, facts, createdAt }: Message): string {
  return JSON.stringify({
    type: 'task.report',
    timestamp: isoTime(createdAt),
    data: { key: id, task_id: taskId, number, reason, text, ...facts },
  });
}

interface Signed {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly body: string;
}

/** A secret that begins with `whsec_` is base64 behind that, as the standard has it. */
export function sign({ id, timestamp, body }: Signed, secret: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
}

interface PostOptions {
  readonly timeoutMs: SenderWorld['timeoutMs'];
  readonly headers: http.OutgoingHttpHeaders;
}

async function post(address: URL, body: string, { timeoutMs, headers }: PostOptions): Promise<SendOutcome> {
  const { promise, resolve } = Promise.withResolvers<SendOutcome>();
  const { request } = address.protocol === 'https:' ? https : http;
  let isConnected = false;
  const broken = (why: string) => resolve({ kind: isConnected ? 'unknown' : 'failed', why });
  // A connection of its own: whether it stands is what tells the two kinds of failure apart.
  const call = request(address, { method: 'POST', agent: false, headers });
  call.on('socket', (socket) => {
    const ready = 'encrypted' in (socket as TLSSocket) ? 'secureConnect' : 'connect';
    socket.once(ready, () => (isConnected = true));
  });
  call.on('response', (response) => {
    response.resume();
    resolve(answered(response.statusCode ?? 0));
  });
  call.on('error', (error: NodeJS.ErrnoException) => broken(`the connection failed (${error.code ?? 'unknown'})`));
  call.on('close', () => broken('the connection was closed without an answer'));
  const timer = setTimeout(() => {
    broken(`there was no answer within ${timeoutMs / 1000} s`);
    call.destroy();
  }, timeoutMs);
  call.end(body);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    call.destroy();
  }
}

function answered(status: number): SendOutcome {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const why = `it answered ${status}`;
  // A server that broke down may have acted before.
  return { kind: status < 500 || notNow.includes(status) ? 'failed' : 'unknown', why };
}

function missing(variable: string): SendOutcome {
  return {
    kind: 'failed',
    why: `${variable} is set neither in the environment nor in the .env file of the state root`,
  };
}
