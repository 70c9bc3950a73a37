import { expect, test } from 'vitest';
import type { Message, Upload } from '@perdure/contract';
import { pathOf, type Person } from '../http/hub-world.ts';
import { createSocketWorld } from './socket-world.ts';

const firstLink = (message: Message): string => message.metadata.attachments?.[0]?.downloadUrl ?? '';

async function attachTo({ harness, send }: Awaited<ReturnType<typeof createSocketWorld>>, by: Person) {
  const json = { fileName: 'a.png', contentType: 'image/png', size: 1 };
  const { data } = (await by.json('POST', '/api/v1/drive/files/upload-url', { json })).body;
  const { uploadUrl, fileId, s3Key } = data as Upload;
  await harness.request('PUT', pathOf(uploadUrl), { bytes: new Uint8Array(1) });
  await by.json('POST', '/api/v1/drive/files', { json: { fileId, s3Key } });
  return (await send({ content: '', attachmentIds: [fileId] }, by)).body.data as Message;
}

test('frames lead to files with the address of whoever is sent them, live and when they were missed', async () => {
  const world = await createSocketWorld();
  const { agent, human, channel, connect, enter, settle } = world;
  const here = await enter(agent);
  const tunnelled = await enter(human, 'http://127.0.0.1:8080');
  const sent = await attachTo(world, human);
  await settle();
  const missed = connect('http://127.0.0.1:9090');
  await missed.send({ type: 'auth', apiKey: agent.key });
  await missed.send({ type: 'replay', cursors: { [channel.id]: 0 } });
  const linkOf = (client: typeof here) => firstLink(client.ofType('message')[0]?.message as Message);
  const path = pathOf(firstLink(sent));
  expect(linkOf(here)).toBe(`http://127.0.0.1:7373${path}`);
  expect(linkOf(tunnelled)).toBe(`http://127.0.0.1:8080${path}`);
  expect(linkOf(missed)).toBe(`http://127.0.0.1:9090${path}`);
});

test('a file that is deleted is told as a change of each message that brought it, to its channel alone', async () => {
  const world = await createSocketWorld();
  const { agent, human, other, outsider, channel, send, enter, settle } = world;
  const [client, stranger] = [await enter(agent), await enter(outsider)];
  const first = await attachTo(world, human);
  const fileId = first.metadata.attachments?.[0]?.fileId ?? '';
  const again = (await send({ content: 'again', attachmentIds: [fileId] }, human)).body.data as Message;
  expect((await human.json('DELETE', `/api/v1/drive/files/${fileId}`)).status).toBe(200);
  expect((await other.json('DELETE', `/api/v1/drive/files/${fileId}`)).status).toBe(404);
  await settle();
  const told = client.ofType('message.updated').map(({ message }) => message);
  expect(told.map(({ id, seq, content }) => [id, seq, content])).toEqual([
    [first.id, first.seq, ''],
    [again.id, again.seq, 'again'],
  ]);
  const { data } = (await agent.json('GET', `/api/v1/channels/${channel.id}/messages`)).body as { data: Message[] };
  expect(told).toEqual(data);
  expect(JSON.stringify(told)).not.toContain('attachments');
  expect(stranger.ofType('message.updated')).toEqual([]);
  expect(client.seqs()).toHaveLength(2);
});

test('a deletion is told without the links of the message', async () => {
  const world = await createSocketWorld();
  const { agent, human, channel, enter, settle } = world;
  const client = await enter(agent);
  const sent = await attachTo(world, human);
  await human.json('DELETE', `/api/v1/channels/${channel.id}/messages/${sent.id}`);
  await settle();
  const [deleted] = client.ofType('message.deleted');
  expect(deleted?.message.id).toBe(sent.id);
  expect(deleted?.message.metadata).not.toHaveProperty('attachments');
});
