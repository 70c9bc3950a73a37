/** The plugin at the real hub, with a host that answers by rule. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@perdure/testing';
import { expect, test } from 'vitest';
import type { listen } from '../../../packages/server/test/ws/listening-world.ts';
import { contents, echo } from './fake-host.ts';
import { createWorld } from './plugin-world.ts';

test('what somebody said to the agent alone is answered, also what came before it was there', async () => {
  const { start, say, saidBy } = await createWorld();
  await say('One');
  const { isIn, heard, lines } = start(echo);
  await isIn();
  await saidBy(2);
  await say('Two');
  expect(contents(await saidBy(4))).toEqual(['One', 'You said: One', 'Two', 'You said: Two']);
  expect(heard.map(({ ChatType, SessionKey, CommandAuthorized }) => [ChatType, SessionKey, CommandAuthorized])).toEqual(
    Array.from({ length: 2 }, () => ['direct', 'agent:main:main', true]),
  );
  expect(lines).toContain('[sesame] Authenticated successfully');
});

test('what was said in a group before the agent came is none of its business', async () => {
  const { start, channel, human, say: sayAlone, saidBy, agent } = await createWorld();
  const say = async (content: string) =>
    await human.json('POST', `/api/v1/channels/${channel.id}/messages`, { json: { content } });
  await say('Before');
  const { isIn, heard } = start(echo);
  await isIn();
  await say('After');
  const messages = await saidBy(3, channel.id);
  expect(contents(messages)).toEqual(['Before', 'After', 'You said: After']);
  expect(messages[2]?.senderId).toBe(agent.principal.id);
  await sayAlone('Done');
  await saidBy(2);
  expect(heard.map(({ Body }) => Body)).toEqual(['After', 'Done']);
});

test('what is taken up is not heard again, and what is not yet is', async () => {
  const { start, say, said, saidBy } = await createWorld();
  const ending = Promise.withResolvers<never>();
  ending.promise.catch(() => undefined);
  const first = start(async (_inbound, takeUp) => {
    takeUp();
    return await ending.promise;
  });
  await first.isIn();
  await say('Taken up');
  await say('Not yet');
  await until(() => first.heard.length > 0, { what: 'a turn has begun' });
  ending.reject(new Error('the gateway ends'));
  await first.stop();
  const second = start(echo);
  await second.isIn();
  await saidBy(3);
  expect(second.heard.map(({ Body }) => Body)).toEqual(['Not yet']);
  expect(contents(await said())).toEqual(['Taken up', 'Not yet', 'You said: Not yet']);
});

test('what is heard by a gateway that died in a turn waits until that is gone on with', async () => {
  const { start, say, saidBy } = await createWorld();
  const cut = Promise.withResolvers<never>();
  const first = start(async (_inbound, takeUp) => {
    takeUp();
    return await cut.promise;
  });
  await first.isIn();
  await say('Take your time');
  await until(() => first.heard.length > 0, { what: 'a turn has begun' });
  first.abort();
  cut.reject(new Error('the gateway ends'));
  await first.stop();
  await say('And this?');
  let looks = 0;
  let isReady = false;
  const second = start(
    echo,
    {},
    {
      isReady: async () => {
        looks += 1;
        return isReady;
      },
    },
  );
  await second.isIn();
  await until(() => looks > 2, { what: 'it is asked whether it is ready' });
  expect(second.heard).toEqual([]);
  isReady = true;
  await saidBy(3);
  expect(second.heard.map(({ Body }) => Body)).toEqual(['And this?']);
  await second.stop();
  // It was over: the next one waits for nothing.
  const third = start(echo, {}, { isReady: async () => false });
  await third.isIn();
  await say('Still there?');
  await saidBy(5);
});

test('what is not taken up the first time is asked again, and what follows waits for it', async () => {
  const { start, say, saidBy } = await createWorld();
  let refusals = 1;
  const { isIn, lines } = start(async (inbound, takeUp) => {
    refusals -= 1;
    if (refusals >= 0) throw new Error('the session is being recovered');
    return await echo(inbound, takeUp);
  });
  await isIn();
  await say('One');
  await say('Two');
  expect(contents(await saidBy(4)).slice(2)).toEqual(['You said: One', 'You said: Two']);
  expect(lines.join('\n')).toContain('was not answered: the session is being recovered');
});

test('what is delegated to it is answered in a thread of its own', async () => {
  const { start, say, saidBy } = await createWorld();
  const given = await say('Count the lamps.', { intent: 'delegation' });
  const { isIn } = start(echo);
  await isIn();
  await saidBy(2);
  await say('Not that.', { intent: 'delegation', threadRootId: given.id });
  const answers = (await saidBy(4)).filter(({ content }) => content.startsWith('You said'));
  expect(answers.map(({ threadRootId }) => threadRootId)).toEqual([given.id, given.id]);
});

test('thoughts are kept back, an error is told as one, and an answer goes into the thread of what it answers', async () => {
  const { start, say, saidBy } = await createWorld();
  const root = await say('Root');
  const { isIn } = start(async ({ Body }, takeUp) => {
    takeUp();
    if (Body === 'Root') return [];
    return [
      { text: 'Thinking.', isReasoning: true },
      { text: 'It broke.', isError: true },
    ];
  });
  await isIn();
  await say('In the thread', { threadRootId: root.id });
  const messages = await saidBy(3);
  expect(messages[2]).toMatchObject({ content: 'It broke.', intent: 'error', threadRootId: root.id });
});

test('a key that opens nothing is told with its reason, and tried again', async () => {
  const { start } = await createWorld();
  const { status, lines } = start(echo, { apiKey: 'sk_sesame_wrong' });
  await until(() => status().lastError !== undefined, { what: 'it is told' });
  expect(status()).toMatchObject({ connected: false });
  expect(lines.join('\n')).toContain('401');
  expect(lines.join('\n')).not.toContain('sk_sesame_wrong');
});

test('two agents that answer each other are stopped, until a person speaks', async () => {
  const { start, channel, other, human, said, saidBy } = await createWorld();
  const { isIn, lines } = start(echo, { agentTurns: 2 });
  await isIn();
  const say = async (content: string, by = other) =>
    await by.json('POST', `/api/v1/channels/${channel.id}/messages`, { json: { content } });
  for (const content of ['1', '2', '3']) await say(content);
  await until(() => lines.some((line) => line.includes('left to a person')), { what: 'they are stopped' });
  await say('Go on', human);
  await until(async () => (await said(channel.id)).some(({ content }) => content === 'You said: Go on'), {
    what: 'an answer',
  });
  await say('4');
  await saidBy(4 + 1 + 4, channel.id);
  expect(contents(await said(channel.id)).filter((content) => content.startsWith('You'))).toEqual(
    ['1', '2', 'Go on', '4'].map((content) => `You said: ${content}`),
  );
});

test('what is attached lies where the agent can read it, named in a line of its own, and commands are what was typed', async () => {
  const { start, say, saidBy, human, harness } = await createWorld();
  const { isIn, heard, lines } = start(echo);
  await isIn();
  const notes = await putUp({ harness, by: human, name: 'notes.txt', text: 'We meet at noon.' });
  const gone = await putUp({ harness, by: human, name: 'gone.txt', text: 'x' });
  const sent = await say('Read this', { attachmentIds: [notes, gone] });
  expect(sent.metadata.attachments).toHaveLength(2);
  await saidBy(2);
  const [inbound] = heard;
  expect(inbound?.BodyForCommands).toBe('Read this');
  expect(inbound?.Body).toBe(
    'Read this\n[file] notes.txt (text/plain, 16 bytes)\n[file] gone.txt (text/plain, 1 bytes)',
  );
  expect(inbound?.media?.map(({ contentType }) => contentType)).toEqual(['text/plain', 'text/plain']);
  expect(readFileSync(inbound?.media?.[0]?.path ?? '', 'utf8')).toBe('We meet at noon.');
  await say('', { attachmentIds: [notes] });
  await saidBy(4);
  expect(heard[1]?.Body).toBe('[file] notes.txt (text/plain, 16 bytes)');
  expect(lines.filter((line) => line.includes('not fetched'))).toEqual([]);
});

test('a file that was deleted meanwhile is told to the agent, and the message is answered', async () => {
  const { start, say, saidBy, human, harness } = await createWorld();
  const fileId = await putUp({ harness, by: human, name: 'gone.txt', text: 'x' });
  let isDeleted = false;
  const { isIn, heard } = start(async (inbound, takeUp) => {
    if (isDeleted) return await echo(inbound, takeUp);
    isDeleted = true;
    await human.json('DELETE', `/api/v1/drive/files/${fileId}`);
    throw new Error('The gateway is busy.');
  });
  await isIn();
  await say('Read this', { attachmentIds: [fileId] });
  await saidBy(2);
  expect(heard.map(({ Body, media }) => [Body, media?.length ?? 0])).toEqual([
    ['Read this\n[file] gone.txt (text/plain, 1 bytes)', 1],
    ['Read this\n[file] gone.txt (text/plain, 1 bytes): it was deleted', 0],
  ]);
});

test('what the agent sends is attached to what it says, once, and what it may not send is told and not sent', async () => {
  const { start, say, saidBy, harness } = await createWorld();
  const { isIn, stateDir, lines } = start(async (inbound, takeUp) => {
    takeUp();
    return inbound.Body === 'One'
      ? [{ text: 'Here it is.', mediaUrls: ['report.txt'] }, { mediaUrls: ['report.txt'] }]
      : [{ text: 'And this?', mediaUrls: ['/etc/hostname'] }];
  });
  writeFileSync(join(stateDir, 'report.txt'), 'All is well.');
  await isIn();
  await say('One');
  const [, one, two] = await saidBy(3);
  expect([one?.content, two?.content]).toEqual(['Here it is.', 'report.txt']);
  const [file] = one?.metadata.attachments ?? [];
  expect(file).toMatchObject({ fileName: 'report.txt', contentType: 'text/plain', size: 12 });
  const { pathname, search } = new URL(file?.downloadUrl ?? '');
  const bytes = await harness.request('GET', pathname + search, { headers: { authorization: '' } });
  expect(await bytes.text()).toBe('All is well.');
  await say('Two');
  const [, answer, problem] = (await saidBy(6)).slice(3);
  expect(answer).toMatchObject({ content: 'And this?' });
  expect(answer?.metadata.attachments).toBeUndefined();
  expect(problem).toMatchObject({ content: 'I could not send the file hostname.', intent: 'error' });
  expect(lines.join('\n')).toContain('The file hostname was not sent');
});

async function putUp({ harness, by, name, text }: Upload): Promise<string> {
  const said = { fileName: name, contentType: 'text/plain', size: text.length };
  const { uploadUrl, fileId, s3Key } = (await by.json('POST', '/api/v1/drive/files/upload-url', { json: said })).body
    .data as { readonly uploadUrl: string; readonly fileId: string; readonly s3Key: string };
  const { pathname, search } = new URL(uploadUrl);
  const bytes = new TextEncoder().encode(text);
  await harness.json('PUT', pathname + search, { bytes, headers: { authorization: '' } });
  await by.json('POST', '/api/v1/drive/files', { json: { ...said, fileId, s3Key } });
  return fileId;
}

interface Upload {
  readonly harness: Awaited<ReturnType<typeof listen>>['harness'];
  readonly by: Awaited<ReturnType<typeof listen>>['human'];
  readonly name: string;
  readonly text: string;
}
