/**
 * Secrets of a home that somebody else made, into the places of ours: `secrets.json`, the variables of the home, the
 * vault of the agent. The settings refer to them then. Written first where they go, then taken out where they were.
 */

import { join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { replaceFile } from '@perdure/home';
import { readEnvFile, readPlist, readUnit } from '../../core/adopt/service-text.ts';
import { mendsChannel, mendsService } from '../../core/adopt/remedies.ts';
import type { RunnerService } from '../../core/gateway.ts';
import {
  at,
  authKeysIn,
  channelKeyOf,
  gatewayTokenVariable,
  mendSettings,
  modelOf,
  objectIn,
  settingsFile,
  textIn,
  variablesFile,
  variablesOfService,
  withVariables,
  type MendedSettings,
} from '../../openclaw/index.ts';
import { modelKeyOf, noKey } from '../member-secrets.ts';
import type { StepWork } from '../ports.ts';
import { readSecrets, writeSecrets } from '../secrets.ts';
import { mendingOf } from './mending.ts';

type Variables = Readonly<Record<string, string>>;

/** What is to be told of it besides. */
export async function mendSecrets(work: StepWork): Promise<readonly string[]> {
  const { gateway, deps, note } = work;
  const { home, port } = gateway;
  const { findings, files } = mendingOf(gateway);
  const text = textIn(home, settingsFile) ?? '';
  const of = { home, findings, hubUrl: deps.hubUrl, port };
  const { moved } = edited(home, mendSettings(text, { ...of, modelProvider: undefined }));
  const service = mendsService(findings) ? variablesOfServices(mendingOf(gateway).runner?.services ?? []) : {};
  const auth = findings.includes('auth_files') ? authKeysIn(home, files.auth) : { keys: {}, left: [] };
  const keys = { ...keysIn(service), ...auth.keys, ...moved.modelKeys };
  const model = modelOf(objectIn(text) ?? {}).split('/')[0] ?? '';
  const provider = model === '' ? onlyOf(Object.keys(auth.keys)) : model;
  const references = new Map<string, string>();
  for (const [name, key] of Object.entries(keys)) {
    if (name !== provider && auth.keys[name] === undefined) continue;
    references.set(name, await deps.hub.keepModelKey(gateway.principalId, { provider: name, key }));
  }
  const reference = provider === undefined ? undefined : references.get(provider);
  const credential = reference === undefined ? gateway.credential : ({ kind: 'vault', reference } as const);
  if (reference !== undefined) await note({ credential });
  const isNamed =
    provider !== undefined && at(objectIn(text), ['models', 'providers', provider, 'apiKey']) !== undefined;
  const isOurs = reference !== undefined && (!isNamed || moved.modelKeys[provider ?? ''] !== undefined);
  const next = edited(home, mendSettings(text, { ...of, modelProvider: isOurs ? provider : undefined }));
  await putSecrets({ ...work, gateway: { ...gateway, credential } }, { moved, service });
  putVariables(home, { ...moved.variables, ...variablesLeft(service, { findings, provider, isOurs }) });
  if (next.text !== text) replaceFile(join(home, settingsFile), next.text);
  return [
    ...[...references].map(([name]) => `the key of ${name} lies in its vault`),
    ...auth.left.map((name) => `what was left of ${name} is no key: log in again where that is used`),
  ];
}

const onlyOf = (names: readonly string[]): string | undefined => (names.length === 1 ? names[0] : undefined);

/** @throws PerdureError `config_invalid` */
function edited(home: string, next: MendedSettings | undefined): MendedSettings {
  if (next !== undefined) return next;
  const why = `${join(home, settingsFile)} cannot be changed so that all else in it stays; change it by hand.`;
  throw new PerdureError('config_invalid', why);
}

interface Given {
  readonly moved: MendedSettings['moved'];
  readonly service: Variables;
}

async function putSecrets(work: StepWork, { moved, service }: Given): Promise<void> {
  const { gateway, deps } = work;
  const { home, credential } = gateway;
  const there = readSecrets(home);
  const gatewayToken = moved.gatewayToken ?? there?.gatewayToken ?? service[gatewayTokenVariable] ?? deps.newSecret();
  const kept = credential.kind === 'vault' ? undefined : there?.modelKey;
  const modelKey = kept ?? (await modelKeyOf(deps, gateway));
  writeSecrets(home, { hubKey: await hubKeyOf(work, moved), gatewayToken, modelKey });
}

/** With which its channel speaks: one of this hub where it is to lead here, else the one that it had. */
async function hubKeyOf({ gateway, deps, note }: StepWork, moved: MendedSettings['moved']): Promise<string> {
  const { home, keyId, principalId } = gateway;
  const mending = mendingOf(gateway);
  const written = readSecrets(home)?.hubKey;
  if (!mendsChannel(mending.findings)) return moved.hubKey ?? written ?? noKey;
  const isItsOwn = keyId !== undefined && keyId === mending.keyId;
  const before = isItsOwn ? (moved.hubKey ?? channelKeyOf(home)) : undefined;
  if (before !== undefined) return before;
  if (keyId !== undefined && written !== undefined && written !== noKey && !isItsOwn) return written;
  const made = await deps.hub.issueKey(principalId);
  await note({ keyId: made.keyId });
  return made.key;
}

function putVariables(home: string, variables: Variables): void {
  const text = textIn(home, variablesFile) ?? '';
  const next = withVariables(text, variables);
  if (next !== text) replaceFile(join(home, variablesFile), next);
}

/** `ANTHROPIC_API_KEY` is of `anthropic`. */
function keysIn(variables: Variables): Variables {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => {
      const provider = /^([A-Z0-9]+)_API_KEY$/.exec(name)?.[1]?.toLowerCase();
      return provider === undefined ? [] : [[provider, value] as const];
    }),
  );
}

/** Those that are nowhere else by now. */
function variablesLeft(
  service: Variables,
  {
    findings,
    provider,
    isOurs,
  }: { readonly findings: readonly string[]; readonly provider: string | undefined; readonly isOurs: boolean },
): Variables {
  const gone = new Set([
    ...(isOurs ? [`${provider?.toUpperCase()}_API_KEY`] : []),
    ...(findings.includes('no_token') ? [gatewayTokenVariable] : []),
  ]);
  return Object.fromEntries(Object.entries(service).filter(([name]) => !gone.has(name)));
}

function variablesOfServices(services: readonly RunnerService[]): Variables {
  const all = services.map(({ manager, file }) => {
    const text = textIn('/', file) ?? '';
    const { env, envFiles } = manager === 'systemd' ? readUnit(text) : readPlist(text);
    return Object.assign({}, env, ...envFiles.map((path) => readEnvFile(textIn('/', path) ?? ''))) as Variables;
  });
  return variablesOfService(Object.assign({}, ...all) as Variables);
}
