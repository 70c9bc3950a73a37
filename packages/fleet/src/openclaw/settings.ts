/**
 * `openclaw.json` of a member. OpenClaw refuses what it does not know, and answers what is left out in its own way: it
 * would bind to all addresses where it thinks that it is in a container, and delete `BOOTSTRAP.md` unread.
 */

import { isDeepStrictEqual } from 'node:util';

export type Json = Readonly<Record<string, unknown>>;

export interface SettingsOf {
  /** An absolute path. */
  readonly home: string;
  readonly port: number;
  /** `provider/model`. */
  readonly model: string;
  readonly hubUrl: string;
  /** A server of one's own; absent: one that OpenClaw knows by the name of the provider. */
  readonly modelServer?: { readonly baseUrl: string; readonly api: string };
  /** It was given no key: of a server that OpenClaw knows it finds out itself whether that will do. */
  readonly isKeyless?: boolean;
}

/** Where the secrets of a member lie, by name: a file beside the settings, so that they hold none. */
export const secretNames = { hubKey: '/hub', gatewayToken: '/gateway', modelKey: '/model' } as const;
export const secretsFile = 'secrets.json';

/** In the home: commands of ours for the agent. */
export const toolsFolder = 'bin';

const secret = (id: string) => ({ source: 'file', provider: 'member', id });

/** Whether this is the reference to the key of the model. */
export const isModelKey = (value: unknown): boolean => isDeepStrictEqual(value, secret(secretNames.modelKey));

export function settingsOf({ home, port, model, hubUrl, modelServer, isKeyless = false }: SettingsOf): Json {
  const [provider = '', ...rest] = model.split('/');
  const id = rest.join('/');
  const server = modelServer && { ...modelServer, models: [{ id, name: id }] };
  // A server of one's own is sent a text in any case: without one OpenClaw does not ask it.
  const isLeftOut = isKeyless && server === undefined;
  return {
    gateway: {
      mode: 'local',
      port,
      bind: 'loopback',
      auth: { mode: 'token', token: secret(secretNames.gatewayToken) },
    },
    agents: {
      defaults: {
        model: { primary: model },
        workspace: `${home}/workspace`,
        skipBootstrap: true,
        heartbeat: { every: '0m' },
        // Else each message in a group has to be answered: two agents would thank each other for ever.
        silentReply: { group: 'allow' },
      },
    },
    secrets: { providers: { member: { source: 'file', path: `${home}/${secretsFile}`, mode: 'json' } } },
    ...(!isLeftOut && { models: { providers: { [provider]: { ...server, apiKey: secret(secretNames.modelKey) } } } }),
    plugins: { entries: { sesame: { enabled: true } }, allow: ['sesame'] },
    tools: { exec: { pathPrepend: [`${home}/${toolsFolder}`] } },
    browser: { enabled: false },
    telemetry: { enabled: false },
    channels: {
      sesame: { enabled: true, apiKey: secret(secretNames.hubKey), apiUrl: hubUrl, allowFrom: ['*'] },
    },
    logging: { file: `${home}/logs/gateway.log` },
  };
}
