/**
 * The hub is away for more than a minute while an agent in a real gateway is at work, and comes back on other ports;
 * and it goes twice in one turn: what the agent was doing is answered, once, and its gateway goes on all the while.
 * `PERDURE_TEST_AWAY_SECONDS=600`: for so long. OpenClaw looks at its channels every five minutes, and begins one anew
 * that has no connection.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '@perdure/home';
import { installed, quietPort, until } from '@perdure/testing';
import { sayingModel, type SayingModel } from '@perdure/testing/fake-openclaw';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FamilyHost, seconds } from '../e2e/family-host.ts';
import { releases } from './releases.ts';

const answer = 'The ford is knee-deep.';
const { PERDURE_TEST_AWAY_SECONDS: asked = '75' } = process.env;
const awayMs = Number(asked) * 1_000;

describe.each(releases)('$name $version', (release) => {
  let host: FamilyHost;
  let model: SayingModel;
  let isHeld = false;
  let dm: string;
  const answers = async () => (await host.said(dm)).filter(({ content }) => content === answer).length;

  beforeAll(async () => {
    model = await sayingModel(answer, async () => {
      await until(() => !isHeld, { withinMs: awayMs + 300_000, what: 'the model may answer', everyMs: 50 });
    });
    host = await FamilyHost.start(join(await installed(release), '..', '.bin'), {
      onLine: (line) => void process.stdout.write(`${line}\n`),
    });
    host.system.setModelScript([{ text: 'NO_REPLY' }]);
    await host.perdure('family', 'init', 'main');
    const where = ['--service', 'supervisor', '--port', String(quietPort())];
    await host.perdure('family', 'add', 'scout', '--model', 'demo/demo', '--no-key', ...where);
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

  /** Sends it, and resolves when the turn of that is under way; the model says nothing before `isHeld` is false. */
  const ask = async (question: string): Promise<void> => {
    isHeld = true;
    await host.perdure('messages', 'send', 'scout', question);
    const isAsked = () => model.bodies.some((body) => body.includes(question));
    await until(isAsked, { withinMs: 60_000, what: 'a turn is under way' });
  };
  const isThere = async (): Promise<boolean> => {
    const { client } = host.system;
    const [family] = (await client.listFamilies({ query: {} })).data;
    const { data } = await client.listFamilyMembers({ params: { familyId: family?.id ?? '' } });
    return data.some(({ handle, isConnected }) => handle === 'scout' && isConnected);
  };
  const untilAnswers = async (count: number): Promise<void> => {
    const from = performance.now();
    await until(async () => (await answers()) >= count, { withinMs: 60_000, what: 'it is answered', everyMs: 250 });
    host.tell(`answered ${seconds(performance.now() - from)} after it was back`);
    await until(isThere, { withinMs: 60_000, what: 'it is at the hub', everyMs: 250 });
    host.tell(`it is at the hub ${seconds(performance.now() - from)} after it was back`);
  };
  /** What comes behind is answered behind: a second answer to what was before would have been seen. */
  const goesOn = async (pid: number, count: number): Promise<void> => {
    await host.perdure('messages', 'send', 'scout', 'And now?');
    await until(async () => (await answers()) > count, { withinMs: 60_000, what: 'it goes on', everyMs: 250 });
    await host.perdure('messages', 'list', dm);
    await host.perdure('family', 'health');
    expect(await answers()).toBe(count + 1);
    expect(await host.pidOf('scout')).toBe(pid);
  };

  test(
    `is answered once what was asked before the hub went away for ${seconds(awayMs)}`,
    { timeout: awayMs + 300_000 },
    async () => {
      const pid = await host.pidOf('scout');
      const before = await answers();
      await ask('How deep is the ford?');
      await host.end();
      const wentAt = performance.now();
      await over(awayMs - 15_000);
      // Its answer is there while nobody is.
      isHeld = false;
      await over(15_000);
      await host.system.move();
      await host.system.up();
      host.tell(`perdure was away for ${seconds(performance.now() - wentAt)}, and is at ${host.system.url}`);
      await untilAnswers(before + 1);
      await goesOn(pid, before + 1);
    },
  );

  test(
    'is answered once what was asked before the hub went away twice, and came back elsewhere',
    { timeout: 400_000 },
    async () => {
      const pid = await host.pidOf('scout');
      const before = await answers();
      await ask('How wide is the ford?');
      await host.end();
      await over(10_000);
      await host.system.up();
      await until(isThere, { withinMs: 60_000, what: 'it is at the hub', everyMs: 250 });
      host.tell('perdure is back where it was, in the middle of the turn');
      await host.end();
      await over(10_000);
      await host.system.move();
      await host.system.up();
      host.tell(`perdure is back at ${host.system.url}, in the middle of the turn`);
      isHeld = false;
      await untilAnswers(before + 1);
      await goesOn(pid, before + 1);
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

/** Nobody types or looks until then. */
async function over(ms: number): Promise<void> {
  const from = performance.now();
  await until(() => performance.now() - from > ms, { withinMs: ms + 5_000, what: 'time is over', everyMs: 500 });
}
