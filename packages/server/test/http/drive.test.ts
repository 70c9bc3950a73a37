/** The drive as clients of Sesame rely on it: each rule of the interface that it keeps. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DriveFile, History, Message, Upload } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { bytesOf, createDriveWorld, firstOf } from './drive-world.ts';

const hour = 3_600_000;

describe('an upload', () => {
  it('21: is three steps: a URL, the bytes, and a file that is whole and of its type', async () => {
    const { agent, reserve, put, register, get } = await createDriveWorld();
    for (const text of ['', 'x'.repeat(1_000), 'é\0\r\n']) {
      const bytes = bytesOf(text);
      const json = { fileName: 'notes.bin', contentType: 'audio/ogg; codecs=opus', size: bytes.length };
      const reserved = await reserve(agent, json);
      expect(reserved.status).toBe(201);
      const { uploadUrl, fileId, s3Key } = reserved.body.data as Upload;
      expect(uploadUrl).toMatch(/^http:\/\/127\.0\.0\.1:7373\/api\/v1\/drive\//);
      expect((await put(uploadUrl, bytes)).body.data).toMatchObject({ fileId, size: bytes.length });
      const registered = await register(agent, { ...json, fileId, s3Key });
      expect(registered.status).toBe(201);
      const file = registered.body.data as DriveFile;
      expect(file).toMatchObject({ id: fileId, ...json, ownerId: agent.principal.id });
      const answer = await get(file.downloadUrl);
      expect(answer.headers.get('content-type')).toBe('audio/ogg; codecs=opus');
      expect(answer.headers.get('content-length')).toBe(String(bytes.length));
      expect(await answer.text()).toBe(text);
      expect((await register(agent, { fileId, s3Key })).status, 'a third step that is repeated').toBe(200);
    }
  });

  it('22: takes its bytes with a key, with a wrong one, and without', async () => {
    const { agent, reserve, put } = await createDriveWorld();
    for (const authorization of ['', `Bearer ${agent.key}`, 'Bearer sk_sesame_wrong']) {
      const { uploadUrl } = (await reserve(agent, { fileName: 'a', size: 1 })).body.data as Upload;
      const answer = await put(uploadUrl, bytesOf('x'), { authorization, 'content-type': 'image/png' });
      expect(answer.status).toBe(200);
    }
  });

  it('22, D3: refuses another size, a URL that was used, one that has ended and one that nobody gave out', async () => {
    const time = { now: 1_700_000_000_000 };
    const { agent, reserve, put, harness } = await createDriveWorld({ clock: () => time.now });
    const made = async () => (await reserve(agent, { fileName: 'a', size: 2 })).body.data as Upload;
    const one = await made();
    for (const wrong of ['', 'x', 'xxx', 'x'.repeat(100_000)]) {
      const answer = await put(one.uploadUrl, bytesOf(wrong));
      expect([answer.status, answer.body.error]).toEqual([400, expect.stringContaining('2 bytes')]);
      // A lie in the header, or none at all.
      expect((await put(one.uploadUrl, bytesOf(wrong), { 'content-length': '2' })).status).toBe(400);
    }
    expect((await put(one.uploadUrl, bytesOf('ok'))).status).toBe(200);
    expect((await put(one.uploadUrl, bytesOf('no'))).status).toBe(409);
    const other = await made();
    const swapped = other.uploadUrl.replace(other.fileId, one.fileId);
    const changed = other.uploadUrl.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    for (const url of [swapped, changed, other.uploadUrl.replace(/\?.*/, ''), `${other.uploadUrl}&signature=x`]) {
      const answer = await put(url, bytesOf('xx'));
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.body.error).toBeTypeOf('string');
    }
    time.now += hour;
    expect((await put(other.uploadUrl, bytesOf('xx'))).status).toBe(404);
    expect(readdirSync(join(harness.folder, 'drive'))).toHaveLength(1);
  });

  it('22: leads nowhere by its names, whatever they are', async () => {
    const { agent, reserve, put, register, upload, harness } = await createDriveWorld();
    const all = () => readdirSync(harness.folder, { recursive: true, encoding: 'utf8' });
    const elsewhere = () => all().filter((name) => !name.startsWith('drive/'));
    const before = elsewhere();
    for (const fileName of ['../../../etc/passwd', '/etc/passwd', '..\\..\\boot.ini', 'a/../../run/owner-key', '..']) {
      const file = await upload(agent, 'x', { fileName });
      expect(file.fileName).not.toMatch(/[/\\]|^\.\.?$/);
    }
    const { uploadUrl, fileId } = (await reserve(agent, { fileName: 'a', size: 1 })).body.data as Upload;
    await put(uploadUrl, bytesOf('x'));
    for (const s3Key of ['../../run/owner-key', `drive/${fileId}/../x`, '/etc/passwd']) {
      expect((await register(agent, { fileId, s3Key })).status).toBe(400);
    }
    for (const odd of ['a\u0000b', 'a\nb', '', '   ', 'x'.repeat(256), 'a\ud800']) {
      expect((await reserve(agent, { fileName: odd, size: 1 })).status, JSON.stringify(odd)).toBe(400);
    }
    expect(elsewhere()).toEqual(before);
    for (const name of readdirSync(join(harness.folder, 'drive'))) expect(name).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('23: is not registered by another, nor before its bytes', async () => {
    const { agent, other, owner, reserve, put, register } = await createDriveWorld();
    const { uploadUrl, fileId, s3Key } = (await reserve(agent, { fileName: 'a', size: 1 })).body.data as Upload;
    expect((await register(agent, { fileId, s3Key })).status).toBe(409);
    await put(uploadUrl, bytesOf('x'));
    expect((await register(other, { fileId, s3Key })).status).toBe(404);
    expect((await owner('POST', '/api/v1/drive/files', { json: { fileId, s3Key } })).status).toBe(404);
    expect((await register(agent, { fileId, s3Key, size: 7 })).status).toBe(400);
    expect((await register(agent, { fileId, s3Key })).status).toBe(201);
  });

  it('says what is too large, or of no type that could be one', async () => {
    const { agent, reserve } = await createDriveWorld();
    expect((await reserve(agent, { fileName: 'a', size: 2 ** 40 })).status).toBe(413);
    for (const size of [-1, 1.5, '1', null]) expect((await reserve(agent, { fileName: 'a', size })).status).toBe(400);
    for (const contentType of ['text', 'a/b\r\nx: y', 'text/plain; é', `a/${'b'.repeat(300)}`]) {
      expect((await reserve(agent, { fileName: 'a', contentType, size: 1 })).status).toBe(400);
    }
    for (const contentType of ['', null, undefined]) {
      expect((await reserve(agent, { fileName: 'a', contentType, size: 1 })).status).toBe(201);
    }
  });
});

describe('a download', () => {
  it('needs no header, ends after an hour, and with another URL there is none', async () => {
    const time = { now: 1_700_000_000_000 };
    const { agent, upload, get } = await createDriveWorld({ clock: () => time.now });
    const [one, other] = [await upload(agent, 'one'), await upload(agent, 'other')];
    expect(await (await get(one.downloadUrl)).text()).toBe('one');
    const url = new URL(one.downloadUrl);
    const later = new URL(url);
    later.searchParams.set('expires', String(Number(url.searchParams.get('expires')) + 1));
    const forMessage = new URL(url);
    forMessage.searchParams.set('message', 'm');
    const bad = [
      one.downloadUrl.replace(one.id, other.id),
      later.href,
      forMessage.href,
      one.downloadUrl.replace(/\?.*/, ''),
      one.downloadUrl.replace('expires=', 'expires=0'),
    ];
    for (const each of bad) expect((await get(each)).status).toBe(404);
    time.now += hour - 1_000;
    expect((await get(one.downloadUrl)).status).toBe(200);
    time.now += 1_000;
    const ended = await get(one.downloadUrl);
    expect([ended.status, ((await ended.json()) as { error: unknown }).error]).toEqual([404, expect.any(String)]);
  });

  it('is never shown as a page, and its name cannot break out of its header', async () => {
    const { agent, upload, get } = await createDriveWorld();
    const fileName = 'a"; x="b\'é*%.html';
    const file = await upload(agent, '<script>alert(1)</script>', { fileName, contentType: 'text/html' });
    const { headers } = await get(file.downloadUrl);
    expect(headers.get('content-type')).toBe('text/html');
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="a__ x=_b____.html"; filename*=UTF-8''a%22%3B%20x%3D%22b%27%C3%A9%2A%25.html`,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('gives the part that is asked for, and all of it where there is no such part', async () => {
    const { agent, upload, get } = await createDriveWorld();
    const file = await upload(agent, '0123456789');
    const part = async (range: string, more: Record<string, string> = {}) => {
      const answer = await get(file.downloadUrl, { range, ...more });
      return [answer.status, answer.headers.get('content-range'), await answer.text()];
    };
    expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await part('bytes=8-')).toEqual([206, 'bytes 8-9/10', '89']);
    expect(await part('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await part('bytes=5-99')).toEqual([206, 'bytes 5-9/10', '56789']);
    for (const odd of ['bytes=10-', 'bytes=5-2', 'bytes=-0', 'bytes=1-2,4-5', 'lines=1-2', 'bytes=-', 'x']) {
      expect(await part(odd)).toEqual([200, null, '0123456789']);
    }
    const etag = `"${file.sha256}"`;
    expect(await part('bytes=0-0', { 'if-range': etag })).toEqual([206, 'bytes 0-0/10', '0']);
    expect(await part('bytes=0-0', { 'if-range': '"other"' })).toEqual([200, null, '0123456789']);
    const head = await get(file.downloadUrl, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
  });

  it('is told in words where its bytes are gone, and in the log without its link', async () => {
    const { agent, upload, get, harness } = await createDriveWorld();
    const file = await upload(agent, 'x');
    await harness.options.drive.bytes.remove((await harness.options.drive.bytes.names())[0] ?? '');
    const answer = await get(file.downloadUrl);
    expect([answer.status, (await answer.json()) as object]).toEqual([
      503,
      expect.objectContaining({ code: 'storage_corrupt' }),
    ]);
    const signature = new URL(file.downloadUrl).searchParams.get('signature') ?? '';
    expect(harness.logged).toHaveLength(1);
    expect(harness.logged.join('\n')).not.toContain(signature);
  });

  it('refuses other hosts, other origins and other methods, in JSON', async () => {
    const { agent, upload, reserve, get, harness } = await createDriveWorld();
    const { downloadUrl } = await upload(agent, 'x');
    const { uploadUrl } = (await reserve(agent, { fileName: 'a', size: 1 })).body.data as Upload;
    expect((await get(downloadUrl, { host: 'evil.example' })).status).toBe(403);
    expect((await get(downloadUrl, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await get(uploadUrl)).status).toBe(405);
    expect((await get(downloadUrl, {}, 'DELETE')).status).toBe(405);
    expect(harness.logged).toEqual([]);
  });
});

describe('a message with files', () => {
  it('13: is taken with the kind attachment, and as a text without a caption', async () => {
    const { agent, human, upload, send } = await createDriveWorld();
    const attachmentIds = [(await upload(agent, 'x')).id];
    const attached = await send({ content: 'look', kind: 'attachment', attachmentIds });
    expect([attached.status, (attached.body.data as Message).kind]).toEqual([201, 'attachment']);
    const silent = await send({ content: '', kind: 'text', attachmentIds });
    expect([silent.status, (silent.body.data as Message).kind]).toEqual([201, 'text']);
    for (const json of [{ content: '' }, { content: ' ', attachmentIds: [] }, { content: '', attachmentIds: null }]) {
      expect((await send(json)).status).toBe(400);
    }
    expect((await send({ content: 'x', attachmentIds }, human)).status, 'the file of another').toBe(400);
    expect((await send({ content: 'x', attachmentIds: Array(21).fill('x') })).status).toBe(400);
  });

  it('31: of a person is a text, and says where each of its files is, in history and in every answer', async () => {
    const { human, agent, channel, upload, attach, get } = await createDriveWorld();
    const file = await upload(human, 'PNG', { fileName: 'cat.png', contentType: 'image/png' });
    const sent = await attach(human, file);
    expect(sent.kind).toBe('text');
    const { body } = await agent.json('GET', `/api/v1/channels/${channel.id}/messages`);
    const [read] = (body as unknown as History).data;
    for (const message of [sent, read as Message]) {
      expect(firstOf(message)).toMatchObject({
        fileName: 'cat.png',
        contentType: 'image/png',
        size: 3,
        fileId: file.id,
      });
      expect(await (await get(firstOf(message).downloadUrl)).text()).toBe('PNG');
    }
    const path = `/api/v1/channels/${channel.id}/messages/${sent.id}`;
    const edited = (await human.json('PATCH', path, { json: { content: 'a cat' } })).body.data as Message;
    expect(firstOf(edited).fileId).toBe(file.id);
    const reacted = (await agent.json('POST', `${path}/reactions`, { json: { emoji: 'x' } })).body.data as Message;
    expect(firstOf(reacted).fileId).toBe(file.id);
  });

  it('30: has no attachments where there are none, rather than null', async () => {
    const { say } = await createDriveWorld();
    expect((await say('hello')).metadata).not.toHaveProperty('attachments');
  });

  it('takes the links to its files along when it is deleted, and the file stays with its sender', async () => {
    const { human, agent, channel, upload, attach, get } = await createDriveWorld();
    const file = await upload(human, 'x');
    const [one, other] = [await attach(human, file), await attach(human, file)];
    const fresh = (await agent.json('GET', `/api/v1/drive/files/${file.id}`)).body.data as DriveFile;
    expect((await get(fresh.downloadUrl)).status).toBe(200);
    const path = `/api/v1/channels/${channel.id}/messages/${one.id}`;
    const deleted = (await human.json('DELETE', path)).body.data as Message;
    expect(deleted.metadata).not.toHaveProperty('attachments');
    expect((await get(firstOf(one).downloadUrl)).status).toBe(404);
    expect((await get(firstOf(other).downloadUrl)).status).toBe(200);
    expect((await get(file.downloadUrl)).status).toBe(200);
    await human.json('DELETE', `/api/v1/drive/files/${file.id}`);
    expect((await get(firstOf(other).downloadUrl)).status).toBe(404);
    expect((await get(file.downloadUrl)).status).toBe(404);
    expect((await agent.json('GET', `/api/v1/drive/files/${file.id}`)).status).toBe(404);
  });

  it('gives links with the address by which whoever is given them has come', async () => {
    const { human, channel, upload, attach } = await createDriveWorld();
    await attach(human, await upload(human, 'x'));
    const headers = { host: '127.0.0.1:8080' };
    const { body } = await human.json('GET', `/api/v1/channels/${channel.id}/messages`, { headers });
    const [read] = (body as unknown as History).data;
    expect(firstOf(read as Message).downloadUrl).toMatch(/^http:\/\/127\.0\.0\.1:8080\//);
  });
});
