/**
 * A server on a port with something in it, an engine that ends each run at once, and callers of each kind. Ids that it
 * gives are kept, so that later requests can name what is there.
 */

import { randomUUIDv7 } from 'node:crypto';
import * as fc from 'fast-check';
import { onTestFinished } from 'vitest';
import { listenHttp } from '../../src/http/listen.ts';
import { ownerKey } from '../http/harness.ts';
import { createHubWorld, type HubWorld } from '../http/hub-world.ts';
import { nounsOf, validCaseOf, type Caller, type Case } from './cases.ts';
import { lookUp, type Operation } from './document.ts';
import { withIds, type FindId } from './from-schema.ts';
import { encoded } from './hostile.ts';
import type { Answer } from './judge.ts';
import { KnownIds, makerNoun } from './known-ids.ts';
import { fillRecord } from './record-world.ts';
import { createSender, type Sent } from './send.ts';

/** In a vault that none of the callers is in. */
const canary = 'canary-7f1e0d9c5b3a-value';

/** Time goes on by this much with each request: nobody is ever too fast, and what is leased lasts for a while. */
const stepMs = 4_000;

export async function createFuzzWorld(operations: readonly Operation[]) {
  const time = { now: 1_700_000_000_000 };
  const known = new KnownIds();
  const engine = { end: (_runId: string): void => undefined };
  const world = await createHubWorld({ clock: () => time.now, waker: { wake: async (runId) => engine.end(runId) } });
  const { harness, keeper, human, agent, outsider } = world;
  // Before there is an engine that ends runs.
  const recorded = Object.entries(await fillRecord(harness));
  for (const [noun, ids] of recorded) for (const id of ids) known.keep(noun, id);
  engine.end = (runId) => {
    harness.worker.step(runId, `greet-${randomUUIDv7()}`, { result: 'hello' });
    harness.worker.complete(runId, { greeting: 'hello' });
  };
  const keys = await callersOf(world);
  const keptVault = await hideCanary(world);
  const logged = harness.logged;
  const server = await listenHttp(harness.app, { port: 0, newId: randomUUIDv7, log: (line) => void logged.push(line) });
  const sender = createSender();
  onTestFinished(async () => {
    sender.close();
    await server.close();
  });

  for (const { principal, keyId } of [keeper, human, agent, outsider]) {
    known.keep('principals', principal.id);
    known.keep('keys', keyId);
  }
  known.keep('vaults', keptVault);
  known.keep('channels', world.channel.id);
  known.keep('messages', (await world.say('hello')).id);

  const request = (one: Case): Sent => {
    const what = operationOf(operations, one);
    return { ...sentOf(one, { what, key: keys[one.by], known }), port: server.port };
  };
  const send = async (sent: Sent): Promise<Answer> => {
    time.now += stepMs;
    const answer = await sender.send(sent);
    const found = lookUp(operations, sent.method, sent.target);
    if (found.kind === 'operation' && answer.status < 300 && answer.text.startsWith('{')) {
      known.learn(found.operation.path, sent.target.split('?')[0] ?? '', JSON.parse(answer.text));
    }
    return answer;
  };
  const supplyFor = createSupply(operations, async (one) => await send(request(one)));
  const letInAgain = harness.database.sqlite.prepare(
    `UPDATE api_keys SET revoked_at = NULL, revoked_by = NULL WHERE id IN (?, ?, ?)`,
  );
  /** Requests take keys away, those of our callers too: without them hardly more would be tried than refusals. */
  const supply: typeof supplyFor = async (operation, seed) => {
    letInAgain.run(keeper.keyId, agent.keyId, outsider.keyId);
    await supplyFor(operation, seed);
  };
  return {
    harness,
    logged,
    request,
    send,
    supply,
    canaries: [
      ['the value in a vault', canary],
      ['the key of the owner', ownerKey],
      ['the key of an agent', agent.key],
      ['the key of a human', human.key],
    ] as const,
  };
}
export type FuzzWorld = Awaited<ReturnType<typeof createFuzzWorld>>;

/** A key for each caller; none that opens anything for some. */
async function callersOf({ keeper, agent, outsider, owner }: HubWorld): Promise<Record<Caller, string | undefined>> {
  const revoked = await owner('POST', `/api/v1/principals/${agent.principal.id}/keys`, { json: {} });
  const { id, key } = revoked.body.data as { readonly id: string; readonly key: string };
  await owner('POST', `/api/v1/keys/${id}/revoke`);
  return {
    owner: ownerKey,
    keeper: keeper.key,
    agent: agent.key,
    outsider: outsider.key,
    none: undefined,
    wrong: `${agent.key.slice(0, -1)}_`,
    revoked: key,
  };
}

/** In a vault of somebody who never calls. */
async function hideCanary({ human }: HubWorld): Promise<string> {
  const made = await human.json('POST', '/api/v1/vault/vaults', { json: { name: 'Kept' } });
  const { id } = made.body.data as { readonly id: string };
  const fields = [{ key: 'token', value: canary }];
  await human.json('POST', `/api/v1/vault/vaults/${id}/items`, { json: { name: 'GitHub', fields } });
  return id;
}

function operationOf(operations: readonly Operation[], one: Case): Operation {
  const found = operations.find(({ id }) => id === one.operation);
  if (found === undefined) throw new Error(`There is no operation ${one.operation}`);
  return found;
}

/** Before an operation: what it is about, and before that what that is about. */
function createSupply(operations: readonly Operation[], send: (one: Case) => Promise<Answer>) {
  const makersOf = (noun: string): readonly Operation[] =>
    operations.filter(({ method, path }) => method === 'POST' && path.endsWith(`/${noun}`));
  return async (operation: Operation, seed: number): Promise<void> => {
    const seen = new Set<Operation>([operation]);
    const ordered: Operation[] = [];
    const visit = (one: Operation): void => {
      for (const noun of nounsOf(one)) {
        for (const maker of [...makersOf(noun), ...makersOf(makerNoun(noun))]) {
          if (seen.has(maker)) continue;
          seen.add(maker);
          visit(maker);
          ordered.push(maker);
        }
      }
    };
    visit(operation);
    for (const maker of ordered) {
      const by = fc.constantFrom<Caller>('agent', 'agent', 'owner');
      for (const one of fc.sample(validCaseOf(maker, by), { numRuns: 6, seed })) await send(one);
    }
  };
}

interface Filling {
  readonly what: Operation;
  readonly key: string | undefined;
  readonly known: KnownIds;
}

function sentOf(one: Case, { what, key, known }: Filling): Omit<Sent, 'port'> {
  const find: FindId = (noun, pick) => known.find(noun, pick);
  const together = one.together === undefined ? {} : known.together(what.path, one.together);
  const path = what.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const part = one.parts[name];
    if (part === undefined) return 'none';
    if ('raw' in part) return part.raw;
    return together[name] ?? encoded(String(withIds(part.value, find)));
  });
  const query = Object.entries(one.query).map(
    ([name, value]) => `${encoded(name)}=${encoded(String(withIds(value, find)))}`,
  );
  const search = [...query, one.search].filter((text) => text !== '').join('&');
  const { body } = one;
  const headers = Object.fromEntries(
    Object.entries(one.headers).map(([name, value]) => [name, headerOf(String(withIds(value, find)))]),
  );
  return {
    method: one.method,
    target: search === '' ? path : `${path}?${search}`,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body?.type !== undefined && { 'content-type': body.type }),
      ...headers,
    },
    body: body && ('json' in body.content ? JSON.stringify(withIds(body.content.json, find)) : body.content.text),
  };
}

const headerOf = (value: string): string => value.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '?');
