/** Gives an agent another model, key or port: kept when it is well with that, put back when it is not. */

import type { Principal } from '@perdure/contract';
import { choosePort, derivedPorts } from '../core/choose-port.ts';
import type { Changeable, CredentialSource, GatewayRecord } from '../core/gateway.ts';
import { modelPattern } from '../core/member.ts';
import { change } from './change.ts';
import { readyGateway } from './operate.ts';
import { refuse, type ControlDeps, type ControlOutcome, type ControlRefusal } from './ports.ts';
import { credentialOf, noKey, type GatewayWish } from './provision.ts';

export interface SettingsWish extends Pick<GatewayWish, 'model' | 'credential' | 'port' | 'taskId'> {
  readonly principalId: string;
}

/** What is so already is not changed: the gateway is answered as it is then. */
export async function changeSettings(deps: ControlDeps, by: Principal, wish: SettingsWish): Promise<ControlOutcome> {
  const { principalId, model, port, taskId } = wish;
  const found = await readyGateway(deps, principalId);
  if (found.kind === 'refused') return found;
  const { gateway } = found;
  if (model !== undefined && !modelPattern.test(model)) {
    return refuse('invalid_input', `"${model}" is no model: name one as provider/model.`);
  }
  const wrongPort = port === undefined || port === gateway.port ? undefined : await portProblem(deps, gateway, port);
  if (wrongPort !== undefined) return refuse('conflict', `${gateway.handle} cannot have that port: ${wrongPort}.`);
  const credential = await credentialFor(deps, by, { gateway, wish });
  if (credential.kind === 'refused') return credential;
  const to = different(gateway, { model: model ?? gateway.model, port: port ?? gateway.port, credential });
  if (Object.keys(to).length === 0) return found;
  return await change(deps, principalId, { kind: 'settings', to, ...(taskId !== undefined && { taskId }) });
}

type Asked = Pick<Changeable, 'model' | 'port' | 'credential'>;

function different(gateway: GatewayRecord, asked: Asked): Partial<Asked> {
  const names = ['model', 'port', 'credential'] as const;
  const changed = names.filter((name) => JSON.stringify(asked[name]) !== JSON.stringify(gateway[name]));
  return Object.fromEntries(changed.map((name) => [name, asked[name]]));
}

/** Undefined: it and the ports behind it are free, or its own. */
async function portProblem(
  { host, store }: ControlDeps,
  gateway: GatewayRecord,
  port: number,
): Promise<string | undefined> {
  const facts = await host.observe({ home: undefined, port });
  const others = (await store.list({ host: host.name })).filter((one) => one.handle !== gateway.handle);
  const own = new Set([gateway.port, ...derivedPorts(gateway.port)]);
  const bases = [...facts.bases.filter((base) => base !== gateway.port), ...others.map((one) => one.port)];
  const isFree = (one: number): boolean => own.has(one) || !facts.busyPorts.has(one);
  const choice = choosePort(port, { bases, isFree });
  return choice.kind === 'refused' ? choice.reason : undefined;
}

/** What it has, where the provider stays the same and nothing else is said. */
async function credentialFor(
  deps: ControlDeps,
  by: Principal,
  { gateway, wish }: { readonly gateway: GatewayRecord; readonly wish: SettingsWish },
): Promise<CredentialSource | ControlRefusal> {
  const { principalId, familyId, handle } = gateway;
  const model = wish.model ?? gateway.model;
  const [provider = ''] = model.split('/');
  const { credential } = wish;
  if (credential.kind === 'given') {
    // The one of before is given again where this one is put back.
    const kept = { provider, key: credential.key, isBeside: true };
    return { kind: 'vault', reference: await deps.hub.keepModelKey(principalId, kept) };
  }
  if (credential.kind !== 'inherited') {
    return await credentialOf(deps, by, { member: gateway, model, wish: { ...wish, credential }, before: undefined });
  }
  if (provider === gateway.model.split('/')[0]) return gateway.credential;
  const shared = await deps.hub.familyKey(familyId, provider);
  return shared === undefined ? refuse('conflict', noKey({ handle, provider })) : { kind: 'vault', reference: shared };
}
