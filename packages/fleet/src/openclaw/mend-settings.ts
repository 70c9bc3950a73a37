/**
 * Settings that somebody else wrote, as they are when what is wrong with them is mended. All that is not named here
 * stays: other keys, comments, order. Secrets that stood in them are told beside, and go where they are referred to.
 */

import type { FindingCode } from '../core/adopt/finding-codes.ts';
import { mendsChannel } from '../core/adopt/remedies.ts';
import { editJson5, type Edit } from './edit-json5.ts';
import { at, isObject, objectIn, type Json } from './home-files.ts';
import { openSecretPaths } from './read-settings.ts';
import { secretNames, secretsFile } from './settings.ts';

export interface MendSettingsOf {
  /** An absolute path. */
  readonly home: string;
  readonly findings: readonly FindingCode[];
  readonly hubUrl: string;
  /** That it has from now on. */
  readonly port: number;
  /** Whose key lies in a vault: it is referred to then. */
  readonly modelProvider: string | undefined;
}

export interface MendedSettings {
  readonly text: string;
  /** In clear until now. */
  readonly moved: {
    readonly hubKey?: string;
    readonly gatewayToken?: string;
    /** By provider. */
    readonly modelKeys: Readonly<Record<string, string>>;
    /** That go into the variables of the home, by name. */
    readonly variables: Readonly<Record<string, string>>;
  };
}

const ref = (id: string) => ({ source: 'file', provider: 'member', id });

/** Undefined: they cannot be changed so that all else stays. */
export function mendSettings(text: string, of: MendSettingsOf): MendedSettings | undefined {
  const before = objectIn(text);
  if (before === undefined) return undefined;
  const secrets = of.findings.includes('open_secrets') ? movedSecrets(before) : none;
  const edits = [...secrets.edits, ...editsFor(before, of)];
  const needsFile = edits.some(({ value }) => isObject(value) && value['provider'] === 'member');
  const member = { source: 'file', path: `${of.home}/${secretsFile}`, mode: 'json' };
  const all = needsFile ? [...edits, { path: ['secrets', 'providers', 'member'], value: member }] : edits;
  const next = editJson5(text, all);
  return next === undefined ? undefined : { text: next, moved: secrets.moved };
}

/** Whether somebody else's file is called as that of ours. */
export function isMemberTaken(text: string, home: string): boolean {
  const path = at(objectIn(text), ['secrets', 'providers', 'member', 'path']);
  return path !== undefined && path !== `${home}/${secretsFile}`;
}

interface Moving {
  readonly edits: readonly Edit[];
  readonly moved: MendedSettings['moved'];
}
const none: Moving = { edits: [], moved: { modelKeys: {}, variables: {} } };

function movedSecrets(settings: Json): Moving {
  const model = modelOf(settings);
  const [provider = ''] = model.split('/');
  const edits: Edit[] = [];
  const variables: Record<string, string> = {};
  const modelKeys: Record<string, string> = {};
  const moved: { hubKey?: string; gatewayToken?: string } = {};
  for (const path of openSecretPaths(settings)) {
    const value = at(settings, path);
    // In a list: there is no place of it that stays the same.
    if (typeof value !== 'string') continue;
    const name = path.join('.');
    if (name === 'channels.sesame.apiKey') {
      moved.hubKey = value;
      edits.push({ path, value: ref(secretNames.hubKey) });
    } else if (name === 'gateway.auth.token') {
      moved.gatewayToken = value;
      edits.push({ path, value: ref(secretNames.gatewayToken) });
    } else if (provider !== '' && name === `models.providers.${provider}.apiKey`) {
      modelKeys[provider] = value;
      edits.push({ path, value: ref(secretNames.modelKey) });
    } else {
      const variable = variableOf(path);
      variables[variable] = value;
      edits.push({ path, value: `\${${variable}}` });
    }
  }
  return { edits, moved: { ...moved, modelKeys, variables } };
}

/** `channels.telegram.botToken` is `PERDURE_CHANNELS_TELEGRAM_BOTTOKEN`. */
const variableOf = (path: readonly string[]): string =>
  `PERDURE_${path.join('_').replaceAll(/\W/g, '_').toUpperCase()}`;

export const modelOf = (settings: Json): string => {
  const model = at(settings, ['agents', 'defaults', 'model']);
  const named = isObject(model) ? model['primary'] : model;
  return typeof named === 'string' ? named : '';
};

function editsFor(before: Json, { findings, hubUrl, port, modelProvider }: MendSettingsOf): readonly Edit[] {
  const has = (code: FindingCode): boolean => findings.includes(code);
  const edits: Edit[] = [];
  if (has('no_token')) {
    edits.push({ path: ['gateway', 'auth', 'mode'], value: 'token' });
    edits.push({ path: ['gateway', 'auth', 'token'], value: ref(secretNames.gatewayToken) });
  }
  if (has('not_loopback')) edits.push({ path: ['gateway', 'bind'], value: 'loopback' });
  if (has('ports_meet')) edits.push({ path: ['gateway', 'port'], value: port });
  if (has('bootstrap_lost')) edits.push({ path: ['agents', 'defaults', 'skipBootstrap'], value: true });
  if (mendsChannel(findings)) edits.push(...channelEdits(before, hubUrl));
  if (modelProvider !== undefined) {
    edits.push({ path: ['models', 'providers', modelProvider, 'apiKey'], value: ref(secretNames.modelKey) });
  }
  return edits;
}

function channelEdits(before: Json, hubUrl: string): readonly Edit[] {
  const allowed = at(before, ['plugins', 'allow']);
  const isLeftOut = Array.isArray(allowed) && !allowed.includes('sesame');
  const hasAllowFrom = at(before, ['channels', 'sesame', 'allowFrom']) !== undefined;
  return [
    { path: ['plugins', 'entries', 'sesame', 'enabled'], value: true },
    ...(isLeftOut ? [{ path: ['plugins', 'allow'], value: [...(allowed as readonly unknown[]), 'sesame'] }] : []),
    { path: ['channels', 'sesame', 'enabled'], value: true },
    { path: ['channels', 'sesame', 'apiKey'], value: ref(secretNames.hubKey) },
    { path: ['channels', 'sesame', 'apiUrl'], value: hubUrl },
    // It would lead to the socket of the hub before.
    { path: ['channels', 'sesame', 'wsUrl'], value: undefined },
    ...(hasAllowFrom ? [] : [{ path: ['channels', 'sesame', 'allowFrom'], value: ['*'] }]),
  ];
}
