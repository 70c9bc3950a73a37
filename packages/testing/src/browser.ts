/**
 * A real browser without a window, for pages that we serve: Chromium as it is installed, told what to do through a
 * pipe, so that no port is opened and no program of others is needed to drive it. Each visitor has cookies and storage
 * of their own; nothing is kept.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { until } from './until.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];

/** Path of a Chromium on PATH, or what `PERDURE_TEST_BROWSER` names; undefined: there is none. */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { PERDURE_TEST_BROWSER: own, PATH = '' } = env;
  const paths = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return (own === undefined ? paths : [own]).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Browser {
  /** Somebody with cookies and a storage of their own. */
  visitor(): Promise<Visitor>;
  close(): Promise<void>;
}

export interface Visitor {
  page(): Promise<BrowserPage>;
}

export interface BrowserPage {
  /** What it complained of: errors of scripts, breaches of its policy, requests that failed. */
  readonly complaints: readonly string[];
  /** Resolves when the address is taken, not when a page has come: a new part behind `#` loads none. */
  goto(url: string): Promise<void>;
  /** Value of an expression in the page, as JSON knows it. */
  evaluate(expression: string): Promise<unknown>;
  /** Resolves when the expression is true. */
  wait(expression: string): Promise<void>;
  /** A key, by its name in `KeyboardEvent.key`. */
  press(key: string): Promise<void>;
  /** Any other order of the protocol of DevTools. */
  send(method: string, params?: object): Promise<Record<string, unknown>>;
}

interface Told {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

type Hear = (method: string, params: Record<string, unknown>) => void;

/** Root may not use the sandbox of Chromium; what is opened here are pages of ours. */
export async function openBrowser(program: string): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-browser-'));
  const flags = [
    '--headless=new',
    '--remote-debugging-pipe',
    `--user-data-dir=${folder}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  // A group of its own: it starts many processes, and all of them go with it.
  const child = spawn(program, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true });
  const wire = new Wire(child);
  const close = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      process.kill(-child.pid, 'SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    await wire.send('Browser.getVersion');
  } catch (error) {
    await close();
    throw error;
  }
  return { close, visitor: async () => await visit(wire) };
}

async function visit(wire: Wire): Promise<Visitor> {
  const { browserContextId } = await wire.send('Target.createBrowserContext');
  return {
    page: async () => {
      const { targetId } = await wire.send('Target.createTarget', { url: 'about:blank', browserContextId });
      const { sessionId } = await wire.send('Target.attachToTarget', { targetId, flatten: true });
      return await openPage(wire, String(sessionId));
    },
  };
}

async function openPage(wire: Wire, sessionId: string): Promise<BrowserPage> {
  const complaints: string[] = [];
  const send = async (method: string, params: object = {}) => await wire.send(method, params, sessionId);
  wire.hear(sessionId, (method, params) => {
    const complaint = complaintIn(method, params);
    if (complaint !== undefined) complaints.push(complaint);
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = (await send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })) as { result: { value?: unknown }; exceptionDetails?: object };
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  };
  return {
    complaints,
    send,
    evaluate,
    goto: async (url) => void (await send('Page.navigate', { url })),
    // Between two pages there is nothing to ask.
    wait: async (expression) => {
      await until(async () => (await evaluate(expression).catch(() => false)) === true, { what: expression });
    },
    press: async (key) => {
      const code = { Enter: 13, Tab: 9 }[key];
      const event = { key, code: key, windowsVirtualKeyCode: code, ...(key === 'Enter' && { text: '\r' }) };
      await send('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
    },
  };
}

function complaintIn(method: string, params: Record<string, unknown>): string | undefined {
  if (method === 'Runtime.exceptionThrown') {
    const { text, exception } = params['exceptionDetails'] as { text: string; exception?: { description?: string } };
    return `${text} ${exception?.description ?? ''}`;
  }
  if (method !== 'Log.entryAdded') return undefined;
  const { level, text, url } = params['entry'] as { level: string; text: string; url?: string };
  return level === 'error' || level === 'warning' ? `${text} ${url ?? ''}` : undefined;
}

/** Orders and their answers, JSON with a zero byte behind each. */
class Wire {
  readonly #out: Writable;
  readonly #waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  readonly #ears = new Map<string, Hear>();
  #lastId = 0;
  #rest = '';
  #isOver = false;

  constructor(child: ChildProcess) {
    this.#out = child.stdio[3] as Writable;
    const from = child.stdio[4] as Readable;
    from.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    this.#out.on('error', () => undefined);
    from.on('error', () => undefined);
    child.on('error', (error) => this.#over(error));
    child.on('exit', () => this.#over(new Error('the browser has ended')));
  }

  hear(sessionId: string, ear: Hear): void {
    this.#ears.set(sessionId, ear);
  }

  async send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    if (this.#isOver) throw new Error('the browser has ended');
    const id = (this.#lastId += 1);
    const waiting = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(id, waiting);
    this.#out.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return await waiting.promise;
  }

  #take(text: string): void {
    const parts = (this.#rest + text).split('\0');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) this.#told(JSON.parse(part) as Told);
  }

  #told({ id, sessionId = '', method, params, result, error }: Told): void {
    if (id === undefined) {
      if (method !== undefined) this.#ears.get(sessionId)?.(method, params ?? {});
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result ?? {});
    else waiting?.reject(new Error(error.message));
  }

  #over(error: Error): void {
    this.#isOver = true;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
