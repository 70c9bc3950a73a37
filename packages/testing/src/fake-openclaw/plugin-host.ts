/**
 * OpenClaw as our channel plugin sees it. The plugin that runs is the one that lies in `extensions/` of the home, so
 * that one which was not copied, or not whole, is missed here as there.
 */

import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { keyOf, logLine, secretOf, type FakeHome, type FakeSettings, type SecretValue } from './home.ts';

export interface ChannelState {
  readonly running?: boolean;
  readonly connected?: boolean;
  readonly lastError?: string;
}

export interface FakePlugin {
  readonly isLoaded: boolean;
  /** In its own words. */
  readonly error?: string;
  readonly channel: () => ChannelState;
  /** What it answers over HTTP, by path; the token of the gateway was looked at. */
  readonly routes: ReadonlyMap<string, FakeRoute>;
  /** Resolves when nothing of it is under way. */
  readonly stop: () => Promise<void>;
}

type FakeRoute = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

interface Payload {
  readonly text: string;
}

interface Dispatch {
  readonly ctx: { readonly Body: string };
  readonly replyOptions: { readonly onAgentRunStart: () => void };
  readonly dispatcherOptions: { readonly deliver: (payload: Payload) => Promise<void> };
}

interface PluginOptions {
  readonly stateDir: string;
  readonly isReady: () => Promise<boolean>;
}

interface PluginModules {
  readonly accountOf: (cfg: object) => object;
  readonly runAccount: (ctx: object, options: PluginOptions) => Promise<void>;
  readonly registerModelRoute?: (api: object) => void;
}

const none = (error?: string): FakePlugin => ({
  isLoaded: false,
  ...(error !== undefined && { error }),
  channel: () => ({}),
  routes: new Map(),
  stop: async () => {},
});

interface Host {
  /** What the agent says to a text. */
  readonly turn: (text: string) => Promise<string>;
  /** Whether a plugin may ask for the key of a model. */
  readonly tellsKeys: boolean;
}

export async function loadPlugin(home: FakeHome, settings: FakeSettings, host: Host): Promise<FakePlugin> {
  const folder = join(home.folder, 'extensions', 'sesame');
  if (!existsSync(join(folder, 'openclaw.plugin.json'))) return none();
  if (settings.plugins?.entries?.['sesame']?.enabled !== true) return none();
  let modules: PluginModules;
  try {
    modules = await modulesIn(folder);
  } catch (error) {
    return none((error as Error).message);
  }
  return { ...start(modules, { home, settings, ...host }), routes: routesOf(modules, settings, host) };
}

/** Its entry wants a library of OpenClaw's: what lies behind that is run. */
async function modulesIn(folder: string): Promise<PluginModules> {
  if (!existsSync(join(folder, 'index.js'))) throw new Error('extension entry not found: ./index.js');
  const load = async (name: string) => (await import(pathToFileURL(join(folder, 'src', name)).href)) as object;
  const parts = await Promise.all(['account.js', 'run-account.js', 'model-route.js'].map(load));
  return Object.assign({}, ...parts) as PluginModules;
}

/** Its key is found, or is not, as that of a turn is. */
function routesOf(
  { registerModelRoute }: PluginModules,
  settings: FakeSettings,
  { tellsKeys }: Host,
): FakePlugin['routes'] {
  const routes = new Map<string, FakeRoute>();
  const resolveApiKeyForProvider = async ({ provider }: { readonly provider: string }): Promise<object> => ({
    apiKey: keyOf(settings, provider),
  });
  registerModelRoute?.({
    config: settings,
    runtime: { config: { current: () => settings }, ...(tellsKeys && { modelAuth: { resolveApiKeyForProvider } }) },
    registerHttpRoute: ({ path, handler }: { readonly path: string; readonly handler: FakeRoute }) =>
      routes.set(path, handler),
  });
  return routes;
}

interface Given extends Host {
  readonly home: FakeHome;
  readonly settings: FakeSettings;
}

type Started = Omit<FakePlugin, 'routes'>;

function start({ accountOf, runAccount }: PluginModules, { home, settings, turn }: Given): Started {
  const stopped = new AbortController();
  const { sesame } = settings.channels ?? {};
  if (sesame === undefined || sesame['enabled'] === false)
    return { isLoaded: true, channel: () => ({}), stop: async () => {} };
  const apiKey = secretOf(settings, sesame['apiKey'] as SecretValue | undefined);
  const cfg = { ...settings, channels: { sesame: { ...sesame, apiKey } } };
  let state: ChannelState = { running: true, connected: false };
  const log = (line: string): void => logLine(settings, line);
  const ctx = {
    cfg,
    accountId: 'default',
    account: accountOf(cfg),
    abortSignal: stopped.signal,
    log: { info: log, warn: log, error: log },
    getStatus: () => state,
    setStatus: (next: ChannelState) => (state = next),
    channelRuntime: runtimeOf(turn),
  };
  const ended = runAccount(ctx, { stateDir: home.folder, isReady: async () => true }).catch((error: unknown) => {
    const { message } = error as Error;
    state = { running: false, connected: false, lastError: message };
    log(`[sesame] [default] channel exited: ${message}`);
  });
  return {
    isLoaded: true,
    channel: () => state,
    async stop() {
      stopped.abort();
      await ended;
    },
  };
}

const runtimeOf = (turn: (text: string) => Promise<string>): object => ({
  routing: {
    resolveAgentRoute: ({ peer }: { readonly peer: { readonly kind: string; readonly id: string } }) => ({
      sessionKey: peer.kind === 'direct' ? 'agent:main:main' : `agent:main:sesame:${peer.kind}:${peer.id}`,
    }),
  },
  reply: {
    finalizeInboundContext: (inbound: object) => inbound,
    async dispatchReplyWithBufferedBlockDispatcher({ ctx, replyOptions, dispatcherOptions }: Dispatch) {
      replyOptions.onAgentRunStart();
      await dispatcherOptions.deliver({ text: await turn(ctx.Body) });
    },
  },
});
