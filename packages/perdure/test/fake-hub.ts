/** The hub of the fake: whoever owns it asks, so it refuses only what they can get wrong. */

import { PerdureError, type ApiKey, type Channel, type Message, type Principal } from '@perdure/contract';
import type { Answer, Handlers } from './fake-api.ts';

export const hubTime = '2026-01-02T03:04:05.678Z';
export const fakeMadeKey = `sk_sesame_${'k'.repeat(43)}`;

const idOf = (number: number): string => `019b0000-${String(number).padStart(4, '0')}-7000-8000-000000000000`;
const ok = (data: unknown, status = 200): Answer => ({ status, body: { data } });

/** One hub, made anew for each fake. */
function createState() {
  let count = 0;
  const newId = (): string => idOf((count += 1));
  const principals: Principal[] = [];
  const join = (handle: string, kind: Principal['kind'], displayName: string): Principal => {
    const isOwner = handle === 'owner';
    const made = { id: newId(), kind, handle, displayName, workspaceId: 'w', isOwner, createdAt: hubTime };
    principals.push(made);
    return made;
  };
  const owner = join('owner', 'human', 'Owner');
  const find = (id: string | undefined): Principal => {
    const found = principals.find((one) => one.id === id);
    if (found === undefined) throw new PerdureError('not_found', `There is no principal ${id}.`);
    return found;
  };
  return { newId, principals, join, owner, find };
}
type State = ReturnType<typeof createState>;

export function fakeHub(): Handlers {
  const state = createState();
  return { ...fakePrincipals(state), ...fakeChannels(state), ...fakeMessages(state) };
}

function fakePrincipals({ newId, principals, join, owner, find }: State): Handlers {
  const keys: ApiKey[] = [];
  return {
    whoAmI: () => ok(owner),
    listPrincipals: () => ok(principals),
    createPrincipal: ({ body }) => {
      const { handle, kind, displayName } = body as Pick<Principal, 'handle' | 'kind'> & { displayName?: string };
      if (principals.some((one) => one.handle === handle)) {
        throw new PerdureError('conflict', `The handle "${handle}" is taken; choose another one.`);
      }
      return ok(join(handle, kind, displayName ?? handle), 201);
    },
    listAudit: ({ query }) => {
      const rows = principals.map(({ id, handle, createdAt: at }, n) => {
        return {
          seq: n + 1,
          at,
          action: 'principal.created',
          actorId: principals[0]?.id,
          principalId: id,
          detail: { handle },
        };
      });
      const of = query.get('principalId') ?? undefined;
      return ok(rows.toReversed().filter(({ principalId }) => of === undefined || principalId === of));
    },
    changePrincipal: ({ params, body }) => ok(Object.assign(find(params['principalId']), body)),
    listKeys: ({ params }) => ok(keys.filter(({ principalId }) => principalId === params['principalId'])),
    createKey: ({ params, body }) => {
      const { label = 'key' } = body as { label?: string };
      const { id: principalId } = find(params['principalId']);
      const made = { id: newId(), principalId, label, hint: 'sk_sesame_kkkkkk', createdAt: hubTime };
      keys.push(made);
      return ok({ ...made, key: fakeMadeKey }, 201);
    },
    revokeKey: ({ params }) =>
      ok(Object.assign(keys.find(({ id }) => id === params['keyId']) ?? {}, { revokedAt: hubTime })),
  };
}

function fakeChannels({ newId, owner, find }: State): Handlers {
  const channels: Channel[] = [];
  const members = new Map<string, string[]>();
  const memberOf = (id: string) => ({ ...find(id), joinedAt: hubTime, readSeq: 0 });
  return {
    listChannels: () => ok(channels),
    createChannel: ({ body }) => {
      const { kind, name, memberIds } = body as { kind: Channel['kind']; name?: string; memberIds: string[] };
      const shown = name ?? find(memberIds[0]).displayName;
      const made = { id: newId(), kind, name: shown, lastSeq: 0, createdBy: owner.id, createdAt: hubTime, readSeq: 0 };
      channels.push(made);
      members.set(made.id, [owner.id, ...memberIds]);
      return ok(made, 201);
    },
    listMembers: ({ params }) => ok((members.get(params['channelId'] ?? '') ?? []).map(memberOf)),
    addMember: ({ params, body }) => {
      const { principalId } = body as { principalId: string };
      members.get(params['channelId'] ?? '')?.push(principalId);
      return ok(memberOf(principalId), 201);
    },
    removeMember: ({ params }) => ok(memberOf(params['principalId'] ?? '')),
  };
}

function fakeMessages({ newId, owner }: State): Handlers {
  const messages: Message[] = [];
  return {
    listMessages: ({ query }) => {
      const [after, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit'))];
      const isAfter = query.get('direction') === 'after';
      const data = isAfter ? messages.filter(({ seq }) => seq > after).slice(0, limit) : messages.slice(-limit);
      const pagination = { hasMore: messages.length > data.length, nextCursor: data[0]?.seq ?? null };
      return { status: 200, body: { data, pagination } };
    },
    sendMessage: ({ params, body }) => {
      const { content, threadRootId } = body as { content: string; threadRootId?: string };
      const sent: Message = {
        id: newId(),
        channelId: params['channelId'] ?? '',
        senderId: owner.id,
        seq: messages.length + 1,
        kind: 'text',
        intent: 'chat',
        content,
        plaintext: content,
        streaming: false,
        createdAt: hubTime,
        metadata: { senderHandle: 'owner', senderDisplayName: 'Owner', senderKind: 'human' },
        ...(threadRootId !== undefined && { threadRootId }),
      };
      messages.push(sent);
      return ok(sent, 201);
    },
  };
}
