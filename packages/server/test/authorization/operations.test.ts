import { expect, test } from 'vitest';
import { routes, type Channel, type Message, type Upload } from '@perdure/contract';
import type { RouteId, Route } from '../../src/http/table.ts';
import { ownerKey } from '../http/harness.ts';
import { createHubWorld, pathOf, type HubWorld } from '../http/hub-world.ts';
import { columns, operations, type Column } from './table.ts';

type Operation = Pick<Route, 'method' | 'path' | 'hub'>;

const mcp: Operation = { method: 'post', path: '/mcp' };
const table = Object.entries<Operation>({ mcp, ...routes }) as [RouteId, Operation][];

/** What an operation is about, made anew for each call: one that is deleted is not deleted by the next. */
interface Subject {
  readonly channelId: string;
  readonly messageId: string;
  readonly principalId: string;
  readonly keyId: string;
  readonly sessionId: string;
  readonly emoji: string;
  readonly vaultId: string;
  readonly itemId: string;
  readonly leaseId: string;
  readonly familyId: string;
  readonly grantId: string;
  readonly fileId: string;
  readonly taskId: string;
  /** To a gateway. */
  readonly order: string;
}

interface Prepared {
  readonly names: Subject;
  readonly bodies: Partial<Record<RouteId, object>>;
}

/** A vault with an item, and a lease of that which `agent` asked for. */
async function createVaultSubject({ keeper, human, agent, other }: HubWorld, id: RouteId) {
  const vault = (await keeper.json('POST', '/api/v1/vault/vaults', { json: { name: 'Main' } })).body.data as Made;
  for (const [{ principal }, role] of [
    [human, 'admin'],
    [agent, 'member'],
    [other, 'viewer'],
  ] as const) {
    const json = { principalId: principal.id, role };
    await keeper.json('POST', `/api/v1/vault/vaults/${vault.id}/members`, { json });
  }
  const item = (
    await keeper.json('POST', `/api/v1/vault/vaults/${vault.id}/items`, {
      json: { name: 'GitHub', needsApproval: id !== 'useVaultLease', fields: [{ key: 'token', value: 'secret' }] },
    })
  ).body.data as Made;
  const asked = { json: { itemId: item.id, reason: 'a test' } };
  const lease = (await agent.json('POST', '/api/v1/vault/leases', asked)).body.data as Made;
  const granted = { json: { itemId: item.id, grantee: shell } };
  const grant = id === 'deleteVaultGrant' ? await keeper.json('POST', '/api/v1/vault/grants', granted) : undefined;
  const { id: grantId } = (grant?.body.data ?? { id: '' }) as Made;
  return { vaultId: vault.id, itemId: item.id, leaseId: lease.id, grantId };
}

/** A tool that the worker has loaded. */
const shell = { kind: 'tool', name: 'shell' } as const;
const noVault = { vaultId: '', itemId: '', leaseId: '', grantId: '' };

/** A file of `agent` that has not taken the third step; `sentTo`: one that has, and was sent there. */
async function createFileSubject({ agent, harness }: HubWorld, sentTo: string | undefined): Promise<string> {
  const json = { fileName: 'a.txt', contentType: 'text/plain', size: 1 };
  const { data } = (await agent.json('POST', '/api/v1/drive/files/upload-url', { json })).body;
  const { uploadUrl, fileId, s3Key } = data as Upload;
  await harness.request('PUT', pathOf(uploadUrl), { bytes: new Uint8Array(1), headers: { authorization: '' } });
  if (sentTo === undefined) return fileId;
  await agent.json('POST', '/api/v1/drive/files', { json: { fileId, s3Key } });
  const said = { content: '', attachmentIds: [fileId] };
  await agent.json('POST', `/api/v1/channels/${sentTo}/messages`, { json: said });
  return fileId;
}

/** Made by `keeper` for `agent`. */
async function createTaskSubject({ keeper, agent }: HubWorld) {
  const json = { title: 'Provision agent: scout', assigneeId: agent.principal.id };
  return ((await keeper.json('POST', '/api/v1/tasks', { json })).body.data as Made).id;
}

interface Made {
  readonly id: string;
}

async function createChannelSubject({ keeper, human, agent, other }: HubWorld, count: number) {
  const memberIds = [human, agent, other].map(({ principal }) => principal.id);
  const json = { kind: 'group', name: `Plans ${count}`, memberIds };
  const channel = (await keeper.json('POST', '/api/v1/channels', { json })).body.data as Channel;
  const said = { json: { content: 'hello' } };
  const sent = await agent.json('POST', `/api/v1/channels/${channel.id}/messages`, said);
  return { channelId: channel.id, messageId: (sent.body.data as Message).id };
}

async function createKeySubject({ owner, outsider }: HubWorld): Promise<string> {
  const made = await owner('POST', `/api/v1/principals/${outsider.principal.id}/keys`, { json: {} });
  return (made.body.data as Made).id;
}

async function createSubject(
  world: HubWorld,
  {
    id,
    path,
    count,
    familyId,
  }: { readonly id: RouteId; readonly path: string; readonly count: number; readonly familyId: string },
): Promise<Prepared> {
  const { other, outsider } = world;
  const isOf = (noun: string): boolean => path.startsWith(`/api/v1/${noun}/`);
  const hasChannel = isOf('channels') || isOf('drive');
  const ofChannel = hasChannel ? await createChannelSubject(world, count) : { channelId: '', messageId: '' };
  const keyId = isOf('keys') ? await createKeySubject(world) : '';
  const taskId = isOf('tasks') ? await createTaskSubject(world) : '';
  const offered = id === 'revokeSession' ? await world.human.json('POST', '/api/v1/sessions', { json: {} }) : undefined;
  const fields = [{ key: 'token', value: 'other' }];
  const ofVault = isOf('vault') ? await createVaultSubject(world, id) : noVault;
  const sentTo = id === 'registerFile' ? undefined : ofChannel.channelId;
  const fileId = isOf('drive') ? await createFileSubject(world, sentTo) : '';
  return {
    names: {
      ...ofVault,
      familyId,
      fileId,
      ...ofChannel,
      keyId,
      taskId,
      principalId: other.principal.id,
      sessionId: (offered?.body.data as Made | undefined)?.id ?? '',
      emoji: 'x',
      order: 'stop',
    },
    bodies: {
      orderGateway: {},
      adoptGateway: { gateway: 'nobody' },
      planUpgrade: {},
      orderUpgrade: {},
      offerSession: {},
      openSession: { token: 'never-given' },
      createPrincipal: { kind: 'agent', handle: `new-${count}` },
      changePrincipal: { displayName: 'Other' },
      createKey: {},
      createChannel: { kind: 'group', name: 'Mine' },
      addMember: { principalId: outsider.principal.id },
      markRead: { seq: 1 },
      sendMessage: { content: 'hello' },
      editMessage: { content: 'better' },
      addReaction: { emoji: 'x' },
      createFamily: { name: `Family ${count}` },
      changeFamily: { conventions: `No. ${count}` },
      reportFamilyHealth: { members: [] },
      addFamilyMember: { handle: `member-${count}` },
      changeFamilyMember: { status: 'error' },
      createUpload: { fileName: 'a.txt', contentType: 'text/plain', size: 1 },
      registerFile: { fileId, s3Key: `drive/${fileId}` },
      createHubTask: { title: 'Mine' },
      changeHubTask: { status: 'in_progress' },
      addHubTaskActivity: { type: 'progress', message: 'Begun.' },
      createVault: { name: 'Mine' },
      addVaultMember: { principalId: outsider.principal.id, role: 'viewer' },
      createVaultItem: { name: 'New', fields },
      dropVaultItem: { name: 'New', fields },
      rotateVaultItem: { fields },
      requestVaultLease: { itemId: ofVault.itemId, reason: 'a test' },
      changeVaultLease: { status: 'approved' },
      createVaultGrant: { itemId: ofVault.itemId, grantee: shell },
    },
  };
}

const anyId = '01890000-0000-7000-8000-000000000000';

test('A4: every operation is answered to everybody as the table says, and the table has no row too many', async () => {
  const time = { now: 1_700_000_000_000 };
  const world = await createHubWorld({ clock: () => time.now });
  const { owner, agent, other, human, keeper, lead, outsider } = world;
  const made = await owner('POST', `/api/v1/principals/${agent.principal.id}/keys`, { json: {} });
  const revoked = made.body.data as { readonly id: string; readonly key: string };
  await owner('POST', `/api/v1/keys/${revoked.id}/revoke`);
  const led = { json: { name: 'Led', leadId: lead.principal.id } };
  const { id: familyId } = (await owner('POST', '/api/v1/families', led)).body.data as Made;
  const adopted = { json: { principalId: other.principal.id } };
  await owner('POST', `/api/v1/families/${familyId}/members`, adopted);
  const authorization: Readonly<Record<Column, string>> = {
    none: '',
    malformed: 'Bearer sk_sesame_short',
    revoked: `Bearer ${revoked.key}`,
    agent: `Bearer ${agent.key}`,
    other: `Bearer ${other.key}`,
    human: `Bearer ${human.key}`,
    keeper: `Bearer ${keeper.key}`,
    owner: `Bearer ${ownerKey}`,
    lead: `Bearer ${lead.key}`,
    outsider: `Bearer ${outsider.key}`,
  };

  let count = 0;
  const answerTo = async (id: RouteId, route: Operation, column: Column): Promise<number | 'in'> => {
    count += 1;
    // Nobody is ever too fast here, nor wrong too often.
    time.now += 3_600_000;
    const subject =
      route.hub === true ? await createSubject(world, { id, path: route.path, count, familyId }) : undefined;
    const path = route.path.replaceAll(
      /\{(\w+)\}/g,
      (_whole, name: string) => subject?.names[name as keyof Subject] ?? anyId,
    );
    const json = subject?.bodies[id];
    const headers = { authorization: authorization[column] };
    const response = await world.harness.request(route.method.toUpperCase(), path, { headers, ...(json && { json }) });
    const isReached = route.hub !== true && response.status !== 401 && response.status !== 403;
    return isReached ? 'in' : response.status;
  };

  const answered: Record<string, Record<string, number | 'in'>> = {};
  for (const [id, route] of table) {
    answered[id] = {};
    for (const column of columns) answered[id][column] = await answerTo(id, route, column);
  }
  expect(answered).toEqual(operations);
  // Some thousand requests, each write with its sync.
}, 180_000);
