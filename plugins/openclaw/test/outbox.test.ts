/** That what an agent has said gets to the hub once and in its order, though that is away, or moves. */

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@perdure/testing';
import { tempFolder } from '@perdure/testing/after-test';
import { describe, expect, it } from 'vitest';
import { HubError } from '../src/hub-error.js';
import { Outbox, outboxAt } from '../src/outbox.js';

const silent = (): void => undefined;
const letter = (key: string) => ({ content: key, clientGeneratedId: key });

/** A hub that takes each key once, or is away. */
function createHub() {
  const taken: string[] = [];
  const hub = {
    taken,
    isAway: false,
    refused: '',
    tries: 0,
    send: async (channelId: string, { clientGeneratedId: key }: { readonly clientGeneratedId: string }) => {
      hub.tries += 1;
      if (hub.isAway) throw new HubError('the hub cannot be reached', undefined);
      if (hub.refused === key) throw new HubError('403 forbidden', 403);
      if (!taken.includes(`${channelId} ${key}`)) taken.push(`${channelId} ${key}`);
    },
  };
  return hub;
}

describe('what an agent says', () => {
  it('while the hub is away is kept, and sent in its order when that is back', async () => {
    const path = join(tempFolder(), 'outbox.json');
    const hub = createHub();
    const outbox = new Outbox(path, silent);
    outbox.goesBy(hub);
    await outbox.say('c', letter('1'));
    hub.isAway = true;
    await outbox.say('c', letter('2'));
    await outbox.say('c', letter('3'));
    expect([hub.taken, existsSync(path)]).toEqual([['c 1'], true]);
    hub.isAway = false;
    await outbox.say('c', letter('4'));
    await outbox.say('d', letter('5'));
    await until(() => !existsSync(path), { what: 'nothing is kept any more' });
    expect(hub.taken.filter((one) => one.startsWith('c'))).toEqual(['c 1', 'c 2', 'c 3', 'c 4']);
    expect(hub.taken).toContain('d 5');
  });

  it('is sent by the next life of the gateway where this one has ended, and a repetition of it is one', async () => {
    const path = join(tempFolder(), 'outbox.json');
    const hub = createHub();
    hub.isAway = true;
    const before = new Outbox(path, silent);
    before.goesBy(hub);
    await before.say('c', letter('1'));
    await before.say('c', letter('1'));
    const back = createHub();
    new Outbox(path, silent).goesBy(back);
    await until(() => !existsSync(path), { what: 'it is sent' });
    expect([back.taken, back.tries]).toEqual([['c 1'], 1]);
  });

  it('goes to where the hub is now, at once, by whichever account has begun last', async () => {
    const path = join(tempFolder(), 'outbox.json');
    const [old, moved] = [createHub(), createHub()];
    old.isAway = true;
    outboxAt(path, silent).goesBy(old);
    await outboxAt(path, silent).say('c', letter('1'));
    outboxAt(path, silent).goesBy(moved);
    await until(() => moved.taken.length > 0, { what: 'it is sent there' });
    expect([old.taken, moved.taken]).toEqual([[], ['c 1']]);
  });

  it('that the hub refuses is told to who said it, and does not hold what follows', async () => {
    const path = join(tempFolder(), 'outbox.json');
    const hub = createHub();
    const lines: string[] = [];
    const outbox = new Outbox(path, (line) => void lines.push(line));
    outbox.goesBy(hub);
    hub.refused = '1';
    await expect(outbox.say('c', letter('1'))).rejects.toThrow('403');
    hub.isAway = true;
    await outbox.say('c', letter('1'));
    await outbox.say('c', letter('2'));
    hub.isAway = false;
    outbox.goesBy(hub);
    await until(() => hub.taken.length > 0, { what: 'the next one is sent' });
    expect(hub.taken).toEqual(['c 2']);
    expect(lines.join()).toContain('was refused: 403');
  });

  it('is nothing where the file is damaged', async () => {
    const path = join(tempFolder(), 'outbox.json');
    writeFileSync(path, '{"letters":[{"channelId":7}');
    const hub = createHub();
    const outbox = new Outbox(path, silent);
    outbox.goesBy(hub);
    await outbox.say('c', letter('1'));
    expect(hub.taken).toEqual(['c 1']);
  });
});
