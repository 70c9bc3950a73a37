import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@perdure/testing/after-test';
import { describe, expect, it } from 'vitest';
import { lastLines, serviceLog } from '../../src/service/last-lines.ts';

function homeWith(log: string): string {
  const home = tempFolder();
  mkdirSync(join(home, 'logs'));
  writeFileSync(serviceLog(home), log);
  return home;
}

describe('what a gateway printed last', () => {
  it.each([
    ['secrets.json', '{"hub":"sk_sesame_canary","model":"none"}'],
    ['openclaw.json', '{ channels: { telegram: { botToken: "sk_sesame_canary" } } } // by hand'],
    ['.env', 'TELEGRAM_BOT_TOKEN="sk_sesame_canary"'],
  ])('holds no secret that lies in %s of its home', (name, text) => {
    const home = homeWith('started\nrefused: Bearer sk_sesame_canary!\n');
    writeFileSync(join(home, name), text);
    expect(lastLines(home, 5)).toEqual(['started', 'refused: Bearer [secret]!']);
  });

  it('holds no part of a secret either, where its line is longer than what is read', () => {
    const secret = `sk_sesame_${'canary'.repeat(20)}`;
    const home = homeWith(`${secret}${'.'.repeat(256 * 1024 - 60)}\nended\n`);
    writeFileSync(join(home, 'secrets.json'), JSON.stringify({ hub: secret }));
    expect(lastLines(home, 5)).toEqual(['ended']);
  });

  it('does not move a terminal, nor turn a line round', () => {
    const home = homeWith('\u001b[2J\u001b]0;mine\u0007red\u001b[31m\rover\nnext\n');
    expect(lastLines(home, 5).join('')).not.toMatch(/\p{Cc}/u);
  });
});
