/** A hub with people and agents in it, each with a key of their own, and a channel of some of them. */

import type { Channel, Message, Principal } from '@perdure/contract';
import { createHarness, ownerKey, type Harness, type RequestOptions } from './harness.ts';

/** Of an absolute URL: requests of tests go to the app itself. */
export function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

export const names = ['keeper', 'human', 'agent', 'other', 'lead', 'outsider'] as const;
export type Name = (typeof names)[number];

export interface Person {
  readonly principal: Principal;
  readonly key: string;
  readonly keyId: string;
  /** A request with their key; its answer is held against the OpenAPI document. */
  readonly json: (method: string, path: string, init?: RequestOptions) => ReturnType<Harness['json']>;
}

export async function createHubWorld(overrides: Parameters<typeof createHarness>[0] = {}) {
  const harness = await createHarness(overrides);
  const withKey =
    (key: string): Person['json'] =>
    async (method, path, init = {}) =>
      await harness.json(method, path, { ...init, headers: { authorization: `Bearer ${key}`, ...init.headers } });
  const owner = withKey(ownerKey);
  const make = async (name: Name): Promise<Person> => {
    const kind = name === 'keeper' || name === 'human' ? 'human' : 'agent';
    const made = await owner('POST', '/api/v1/principals', {
      json: { kind, handle: name, displayName: `The ${name}` },
    });
    const principal = made.body.data as Principal;
    const { key, id: keyId } = (await owner('POST', `/api/v1/principals/${principal.id}/keys`, { json: {} })).body
      .data as { key: string; id: string };
    return { principal, key, keyId, json: withKey(key) };
  };
  // At once: in one transaction, where one after the other would be ten.
  const made = await Promise.all(names.map(async (name) => [name, await make(name)] as const));
  const people = Object.fromEntries(made) as Record<Name, Person>;
  const memberIds = [people.human, people.agent, people.other].map(({ principal }) => principal.id);
  const opened = await people.keeper.json('POST', '/api/v1/channels', {
    json: { kind: 'group', name: 'Plans', memberIds },
  });
  const channel = opened.body.data as Channel;
  /** Sends to the channel, as the agent unless it is said who. */
  const send = async (json: object, by: Person = people.agent, headers: Record<string, string> = {}) =>
    await by.json('POST', `/api/v1/channels/${channel.id}/messages`, { json, headers });
  const say = async (content: string, by?: Person): Promise<Message> =>
    (await send({ content }, by)).body.data as Message;
  return { harness, owner, ...people, channel, send, say };
}
export type HubWorld = Awaited<ReturnType<typeof createHubWorld>>;
