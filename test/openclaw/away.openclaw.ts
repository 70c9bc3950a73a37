/**
 * The hub is away for more than a minute while an agent in a real gateway is at work, and comes back on other ports:
 * what it was doing is answered, once, and its gateway goes on all the while.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '@perdure/home';
import { installed, until } from '@perdure/testing';
import { sayingModel, type SayingModel } from '@perdure/testing/fake-openclaw';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FamilyHost, seconds } from '../e2e/family-host.ts';
import { releases } from './releases.ts';

const answer = 'The ford is knee-deep.';

describe.each(releases)('$name $version', (release) => {
  let host: FamilyHost;
  let model: SayingModel;
  let isHeld = false;
  let dm: string;
  const answers = async () => (await host.said(dm)).filter(({ content }) => content === answer).length;

  beforeAll(async () => {
    model = await sayingModel(answer, async () => {
      await until(() => !isHeld, { withinMs: 200_000, what: 'the model may answer', everyMs: 50 });
    });
    host = await FamilyHost.start(join(await installed(release), '..', '.bin'), {
      onLine: (line) => void process.stdout.write(`${line}\n`),
    });
    host.system.setModelScript([{ text: 'NO_REPLY' }]);
    await host.perdure('family', 'init', 'main');
    await host.perdure('family', 'add', 'scout', '--model', 'demo/demo', '--no-key', '--service', 'supervisor');
    const { stdout } = await host.perdure('channels', 'dm', 'scout', '--json');
    dm = (JSON.parse(stdout) as { readonly data: { readonly id: string } }).data.id;
    useModel(join(host.accountHome, '.openclaw-scout', 'openclaw.json'), model.baseUrl);
    await host.perdure('family', 'restart', 'scout');
    await until(async () => (await host.status('scout')).readiness === 'ready', {
      withinMs: 120_000,
      what: 'it is back',
    });
  }, 400_000);
  afterAll(async () => {
    isHeld = false;
    await host?.[Symbol.asyncDispose]();
    await model?.[Symbol.asyncDispose]();
  });

  test(
    'is answered once what was asked before the hub went away for more than a minute',
    { timeout: 300_000 },
    async () => {
      const pid = await host.pidOf('scout');
      const before = await answers();
      const asked = model.keys.length;
      isHeld = true;
      await host.perdure('messages', 'send', 'scout', 'How deep is the ford?');
      await until(() => model.keys.length > asked, { withinMs: 60_000, what: 'a turn is under way' });
      await host.end();
      const wentAt = performance.now();
      // Its answer is there while nobody is.
      isHeld = false;
      await until(() => performance.now() - wentAt > 75_000, {
        withinMs: 80_000,
        what: 'a minute is over',
        everyMs: 500,
      });
      await host.system.move();
      await host.system.up();
      host.tell(`perdure was away for ${seconds(performance.now() - wentAt)}, and is at ${host.system.url}`);
      const backAt = performance.now();
      await until(async () => (await answers()) > before, { withinMs: 60_000, what: 'it is answered', everyMs: 250 });
      host.tell(`answered ${seconds(performance.now() - backAt)} after it was back`);
      await host.perdure('messages', 'send', 'scout', 'And now?');
      await until(async () => (await answers()) > before + 1, { withinMs: 60_000, what: 'it goes on', everyMs: 250 });
      await host.perdure('messages', 'list', dm);
      expect(await answers()).toBe(before + 2);
      expect(await host.pidOf('scout')).toBe(pid);
    },
  );
});

/** A model that is none of ours, so that it is there while we are not. */
function useModel(path: string, baseUrl: string): void {
  const settings = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly agents: { readonly defaults: { readonly model: { primary: string } } };
    readonly models: { readonly providers: Record<string, object> };
  };
  settings.agents.defaults.model.primary = 'own/one';
  const models = [{ id: 'one', name: 'One' }];
  settings.models.providers['own'] = { baseUrl, api: 'openai-completions', apiKey: 'none', models };
  replaceFile(path, JSON.stringify(settings));
}
