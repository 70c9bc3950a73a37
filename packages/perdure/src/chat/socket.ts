/**
 * One socket to the hub, from its opening to its end. It goes over the unix socket of the state root where there is
 * one, as all calls do: on the port somebody else may listen, and would be given the key.
 */

import { connect as connectTo } from 'node:net';
import { serverFrameSchema, type ClientFrame, type ServerFrame } from '@perdure/contract';
import { WebSocket } from 'ws';
import type { Link } from '../client/connect.ts';

export interface SocketEvents {
  readonly frame: (frame: ServerFrame) => void;
  /** Once, whatever ended it; nothing comes after. */
  readonly closed: (code: number) => void;
}

export interface HubSocket {
  send(frame: ClientFrame): void;
  /** Ends it, whether or not the other side answers. */
  end(): void;
}

const connectWithinMs = 10_000;
/** Twice what a frame of the server may hold. */
const mostBytes = 2_097_152;

/** Says who it is by itself. */
export function openSocket({ url, socket, key }: Link, { frame, closed }: SocketEvents): HubSocket {
  const address = new URL('/v1/connect', url);
  address.protocol = address.protocol === 'https:' && socket === undefined ? 'wss:' : 'ws:';
  const opened = new WebSocket(address.href, {
    headers: { host: address.host },
    handshakeTimeout: connectWithinMs,
    maxPayload: mostBytes,
    perMessageDeflate: false,
    ...(socket !== undefined && { createConnection: () => connectTo(socket) }),
  });
  const send = (sent: ClientFrame): void => {
    if (opened.readyState === open) opened.send(JSON.stringify(sent));
  };
  opened.on('open', () => send({ type: 'auth', apiKey: key }));
  opened.on('message', (data: Buffer) => {
    const parsed = parseFrame(data.toString('utf8'));
    if (parsed !== undefined) frame(parsed);
  });
  // It closes behind every error; nobody is to be told twice.
  opened.on('error', () => undefined);
  opened.on('close', closed);
  return { send, end: () => opened.terminate() };
}

/** `readyState` of one that is. */
const open = 1;

/** Undefined: of a kind that this client does not know. */
function parseFrame(text: string): ServerFrame | undefined {
  try {
    const parsed = serverFrameSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
