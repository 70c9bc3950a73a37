/** What the plugin decides by itself: settings, cursors, who is answered, how a long text is cut, when to come back. */

import { describe, expect, it, test } from 'vitest';
import { tempFolder } from '@perdure/testing/after-test';
import { seededRandom } from '@perdure/testing';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accountOf, hasKey } from '../src/account.js';
import { verdictOn } from '../src/admit.js';
import { backoffMs } from '../src/backoff.js';
import { earlierPath, ledgerPath, readKept, writeKept } from '../src/ledger-file.js';
import { Ledger } from '../src/ledger.js';
import { longest, piecesOf } from '../src/pieces.js';
import { isFailureText } from '../src/turn.js';

const sesame = (section: object) => ({ channels: { sesame: section } });

describe('settings', () => {
  it('lead to the hosted service where they name no hub, and to one server where they name its base alone', () => {
    expect(accountOf(sesame({ apiKey: 'k' }))).toMatchObject({
      apiUrl: 'https://api.sesame.space',
      wsUrl: 'wss://ws.sesame.space',
      isEnabled: true,
    });
    const own = accountOf(sesame({ apiUrl: 'http://127.0.0.1:7373/' }));
    expect(own).toMatchObject({ apiUrl: 'http://127.0.0.1:7373', wsUrl: 'ws://127.0.0.1:7373' });
    expect(accountOf(sesame({ apiUrl: 'https://hub.example', wsUrl: 'wss://ws.example/' })).wsUrl).toBe(
      'wss://ws.example',
    );
  });

  it('have a key where it is a reference that is yet to be resolved', () => {
    expect(hasKey(sesame({ apiKey: { source: 'exec', provider: 'vault', id: 'scout-main/key' } }))).toBe(true);
    for (const apiKey of ['', '  ', undefined, null, 7]) expect(hasKey(sesame({ apiKey }))).toBe(false);
  });

  it.each([undefined, null, {}, { channels: null }, { channels: { sesame: { channels: 'x', allowFrom: [1] } } }])(
    'that say nothing, as %j, leave the defaults',
    (cfg) => expect(accountOf(cfg).allowFrom).toEqual(new Set(['*'])),
  );
});

describe('who is answered', () => {
  const account = accountOf(sesame({ agentTurns: 3 }));
  const us = { account, agentId: 'me', agentTurns: 0 };
  const message = {
    id: 'm',
    channelId: 'c',
    senderId: 'ada',
    kind: 'text',
    intent: 'chat',
    plaintext: 'Hello',
    metadata: { senderKind: 'human' },
  };
  const agent = { ...message, metadata: { senderKind: 'agent' } };

  it.each([
    ['answer', message, us],
    ['answer', { ...message, kind: undefined, intent: undefined }, us],
    ['answer', { ...message, kind: 'attachment', plaintext: '', metadata: { attachments: [{}] } }, us],
    ['own', { ...message, senderId: 'me' }, us],
    ['not-for-us', { ...message, kind: 'system' }, us],
    ['not-for-us', { ...message, intent: 'error' }, us],
    ['not-for-us', message, { ...us, account: accountOf(sesame({ channels: ['other'] })) }],
    ['not-allowed', message, { ...us, account: accountOf(sesame({ allowFrom: ['bob'] })) }],
    ['answer', message, { ...us, account: accountOf(sesame({ allowFrom: ['ada'] })) }],
    ['nothing-said', { ...message, plaintext: '', content: ' \n' }, us],
    ['answer', agent, { ...us, agentTurns: 2 }],
    ['enough-of-agents', agent, { ...us, agentTurns: 3 }],
    ['answer', message, { ...us, agentTurns: 3 }],
  ])('%s', (verdict, one, given) => expect(verdictOn(one, given)).toBe(verdict));
});

describe('cursors', () => {
  it('stay before the first message that is still being dealt with, and pass over none', () => {
    const ledger = new Ledger({ c: 4 });
    expect([5, 6, 7].map((seq) => ledger.take('c', seq))).toEqual([true, true, true]);
    ledger.finish('c', 6);
    expect(ledger.cursors()).toEqual({ c: 4 });
    expect(ledger.heard()).toEqual({ c: 7 });
    ledger.finish('c', 5);
    expect(ledger.cursors()).toEqual({ c: 6 });
    ledger.finish('c', 7);
    expect(ledger.cursors()).toEqual({ c: 7 });
  });

  it('take no message twice, whatever comes again', () => {
    const random = seededRandom(11);
    const ledger = new Ledger();
    const taken = new Map<number, number>();
    let newest = 0;
    for (let n = 0; n < 2_000; n += 1) {
      const seq = random() < 0.5 ? (newest += 1) : 1 + Math.floor(random() * newest);
      if (ledger.take('c', seq)) taken.set(seq, (taken.get(seq) ?? 0) + 1);
    }
    expect([...taken.keys()]).toEqual(Array.from({ length: newest }, (_, index) => index + 1));
    expect(Math.max(...taken.values())).toBe(1);
  });

  it('are kept for one principal, wherever its hub is, whole or not at all', () => {
    const folder = tempFolder();
    const path = ledgerPath(folder, 'a');
    expect(readKept(path)).toBeUndefined();
    writeKept(path, { cursors: { c: 3 }, underWay: ['c'] });
    expect(readKept(path)).toEqual({ cursors: { c: 3 }, underWay: ['c'] });
    expect(ledgerPath(folder, 'b')).not.toBe(path);
    writeFileSync(path, '{"cursors":{"c":-1,"d":2.5,"e":4},"underWay":[7]}');
    expect(readKept(path)).toEqual({ cursors: { e: 4 }, underWay: [] });
    const damaged = join(folder, 'damaged.json');
    writeFileSync(damaged, '{"cursors":');
    expect(readKept(damaged)).toBeUndefined();
    const earlier = earlierPath(folder, { apiUrl: 'http://127.0.0.1:7373', agentId: 'a' });
    expect(earlier).toBe(join(folder, 'sesame', 'cursors-7e4c72cb004f0483.json'));
  });
});

test('a long answer is cut into messages that the hub takes, and nothing of it is lost', () => {
  const text = `${'word '.repeat(5_000)}\n${'🙂'.repeat(12_000)}`;
  const pieces = piecesOf(text);
  expect(pieces.join('')).toBe(text);
  expect(Math.max(...pieces.map((piece) => Array.from(piece).length))).toBeLessThanOrEqual(longest);
  expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
  expect(piecesOf('  \n ')).toEqual([]);
});

test('who cannot connect waits longer each time, up to a quarter of a minute, and never at the same moment as others', () => {
  expect([1, 2, 3, 7, 40].map((failures) => backoffMs(failures, () => 0.999_999))).toEqual([
    1_000, 2_000, 4_000, 15_000, 15_000,
  ]);
  expect(backoffMs(1, () => 0)).toBe(500);
});

test.each([
  ['⚠️ demo/demo request failed: internal error', true],
  ['Error: no API key', true],
  ['The AI service is temporarily overloaded.', true],
  ['AI service returned an error', true],
  ['An error: I was wrong about that.', false],
  ['I love the AI service', false],
])('%j is told as what a gateway says when its model failed: %s', (text, is) => expect(isFailureText(text)).toBe(is));
