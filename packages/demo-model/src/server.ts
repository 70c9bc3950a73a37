/**
 * The demo model as an HTTP server on loopback. It answers by rule from the prompt, so that a newcomer sees everything
 * work without a key, and tests have a real peer that can be told to fail.
 *
 * Surprises: any model name is accepted, but every answer says `demo-model`; the file log has a line for a request
 * before the client has a byte of the answer.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PerdureError } from '@perdure/contract';
import { carriedMemory } from './carried.ts';
import { systemClock, type DemoClock } from './clock.ts';
import { serveRequest, type ExchangeDeps } from './exchange.ts';
import { chat, wireFormats } from './formats/index.ts';
import { modelList } from './models.ts';
import { openRequestLog, type LoggedRequest } from './request-log.ts';
import { readJson, sendError, sendJson } from './respond.ts';
import { openScriptSource } from './script-source.ts';
import { parseScript, type Script } from './script.ts';

export interface DemoModelOptions {
  /** 0: any free port. */
  readonly port: number;
  /** NDJSON, appended to. */
  readonly logFile?: string | undefined;
  /** JSON; read again when it changes. It need not exist yet. */
  readonly scriptFile?: string | undefined;
  readonly script?: Script;
  readonly clock?: DemoClock;
  /** Told of defects of ours; the client learns only that there was one. */
  readonly log?: (message: string) => void;
}

export interface DemoModel extends AsyncDisposable {
  readonly port: number;
  /** What `AI_BASE_URL` would be. */
  readonly url: string;
  /** Replaces the script; its rules have all their uses left. */
  setScript(script: Script): void;
  /** Oldest first; the newest 10,000. */
  requests(): readonly LoggedRequest[];
  /** Ends requests in progress. */
  close(): Promise<void>;
}

const host = '127.0.0.1';

/** Starts the server; resolves when it accepts requests. */
export async function startDemoModel(options: DemoModelOptions): Promise<DemoModel> {
  const script = openScriptSource(parseScript(options.script ?? [], 'given at start'), options.scriptFile);
  const log = openRequestLog(options.logFile);
  const deps: ExchangeDeps = { log, script, carried: carriedMemory(), clock: options.clock ?? systemClock };
  const inProgress = new Set<Promise<void>>();
  const server = createServer((incoming, response) => {
    const served = route(incoming, response, deps).catch((error: unknown) => {
      options.log?.(`defect: ${error instanceof Error ? error.stack : String(error)}`);
      fail(incoming, response);
    });
    inProgress.add(served);
    void served.finally(() => inProgress.delete(served));
  });
  try {
    await listen(server, options.port);
  } catch (error) {
    log.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;

  const shutDown = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
    await Promise.all(inProgress);
    log.close();
  };
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= shutDown());
  return {
    port,
    url: `http://${host}:${port}/v1`,
    setScript: (next) => script.set(parseScript(next, 'given to setScript')),
    requests: () => log.list(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve);
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    const message = `Port ${port} for the demo model is in use: choose another one with --demo-model-port.`;
    throw new PerdureError('port_busy', message, { cause, details: { port } });
  }
}

const modelsPath = '/v1/models';
const formats = new Map(wireFormats.map((format) => [format.path, format]));
const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?')[0] ?? '/';

async function route(incoming: IncomingMessage, response: ServerResponse, deps: ExchangeDeps): Promise<void> {
  const path = pathOf(incoming);
  const format = formats.get(path) ?? chat;
  const method = path === modelsPath ? 'GET' : formats.has(path) ? 'POST' : undefined;
  if (method === undefined) {
    const known = [...formats.keys()].map((path) => `POST ${path}`);
    return sendError(
      response,
      format,
      404,
      `The demo model has no ${path}: it serves GET ${modelsPath}, ${known.join(', ')}.`,
      { code: 'unknown_url' },
    );
  }
  if (incoming.method !== method) {
    return sendError(response, format, 405, `${path} is served for ${method} only.`, { headers: { allow: method } });
  }
  if (path === modelsPath) return sendJson(response, 200, modelList(incoming.headers));
  const body = await readJson(incoming);
  // The rest of a refused body is never read, so the connection cannot be used again.
  if (body.kind === 'refused')
    return sendError(response, format, body.status, body.message, { headers: { connection: 'close' } });
  const read = format.read(body.value, incoming.headers);
  if (read.kind === 'read') return serveRequest({ format, ...read }, incoming, response, deps);
  const { kind: _, status = 400, message, ...about } = read;
  sendError(response, format, status, message, about);
}

/** The answer to a request that met a defect, as far as there can still be one. */
function fail(incoming: IncomingMessage, response: ServerResponse): void {
  const format = formats.get(pathOf(incoming)) ?? chat;
  if (response.headersSent || response.destroyed) response.destroy();
  else sendError(response, format, 500, 'The demo model failed on this request; this is a defect, please report it.');
}
