/**
 * OpenClaw as the plugin sees it: it routes, takes a message up, and hands back what its agent says. Held against real
 * gateways by `npm run test:openclaw`.
 */

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Message } from '@perdure/contract';
import { accountOf } from '../src/account.js';
import type { Media } from '../src/files.js';

/** What OpenClaw is given of a message. */
export interface Inbound {
  readonly Body: string;
  readonly To: string;
  readonly SessionKey: string;
  readonly ChatType: 'direct' | 'group';
  readonly MessageSid: string;
  readonly CommandAuthorized: boolean;
  readonly BodyForCommands: string;
  readonly media?: readonly { readonly path: string; readonly contentType: string; readonly fileName: string }[];
}

interface Payload {
  readonly text?: string;
  readonly mediaUrls?: readonly string[];
  readonly isError?: boolean;
  readonly isReasoning?: boolean;
}

interface Dispatch {
  readonly ctx: Inbound;
  readonly replyOptions: { readonly onAgentRunStart: () => void };
  readonly dispatcherOptions: { readonly deliver: (payload: Payload) => Promise<void> };
}

/** A turn: `takeUp` as OpenClaw begins it, then what the agent says. */
export type Turn = (inbound: Inbound, takeUp: () => void) => Promise<readonly Payload[]>;

export interface FakeHost {
  readonly ctx: object;
  readonly heard: readonly Inbound[];
  readonly lines: readonly string[];
  readonly status: () => { readonly connected?: boolean; readonly lastError?: string };
  readonly stop: () => void;
}

export function fakeHost(section: object, turn: Turn): FakeHost {
  const stopped = new AbortController();
  const heard: Inbound[] = [];
  const lines: string[] = [];
  let status = {};
  const cfg = { channels: { sesame: section } };
  const log = (line: string) => void lines.push(line);
  const ctx = {
    cfg,
    accountId: 'default',
    account: accountOf(cfg),
    abortSignal: stopped.signal,
    log: { info: log, warn: log, error: log },
    getStatus: () => status,
    setStatus: (next: object) => (status = next),
    channelRuntime: {
      routing: {
        resolveAgentRoute: ({ peer }: { readonly peer: { readonly kind: string; readonly id: string } }) => ({
          sessionKey: peer.kind === 'direct' ? 'agent:main:main' : `agent:main:sesame:${peer.kind}:${peer.id}`,
        }),
      },
      reply: {
        finalizeInboundContext: (inbound: Inbound) => inbound,
        async dispatchReplyWithBufferedBlockDispatcher({ ctx: inbound, replyOptions, dispatcherOptions }: Dispatch) {
          heard.push(inbound);
          for (const payload of await turn(inbound, replyOptions.onAgentRunStart))
            await dispatcherOptions.deliver(payload);
        },
      },
    },
  };
  return { ctx, heard, lines, status: () => status, stop: () => stopped.abort() };
}

/** Where OpenClaw keeps what comes in, and the one folder of which its agent may send. */
export function fakeMedia(folder: string): Media {
  return {
    save: async ({ bytes, fileName }) => {
      const path = join(mkdtempSync(join(folder, 'inbound-')), basename(fileName));
      writeFileSync(path, bytes);
      return path;
    },
    load: async (url) => {
      const path = resolve(folder, url);
      if (!path.startsWith(`${folder}/`)) throw new Error('Local media path is not under an allowed directory');
      return { bytes: readFileSync(path), contentType: 'text/plain', fileName: basename(path) };
    },
  };
}

/** An agent that says what it was told. */
export const echo: Turn = async ({ Body }, takeUp) => {
  takeUp();
  return [{ text: `You said: ${Body}` }];
};

export const contents = (messages: readonly Message[]): readonly string[] => messages.map(({ content }) => content);
