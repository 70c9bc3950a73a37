/** The whole product against a model server that others have written, over all three wire formats. */

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { System } from '../../e2e/system.ts';
import { faultsOf } from '../judge.ts';
import { Play } from '../play.ts';
import { modelOf, type PlayedRequest } from '../player.ts';
import { writeProject } from '../project.ts';
import { configFor, keyVariable, serverOf } from '../servers.ts';
import { apis, type Api, type Shape } from '../shape.ts';
import { startAimock, type Aimock } from './aimock.ts';
import { cases, type ThirdPartyCase } from './cases.ts';

const source = 'https://aimock.copilotkit.dev';
const shapeOf = (api: Api, { name, habit, tools = [], expect: expected }: ThirdPartyCase): Shape => ({
  habit,
  tools,
  expect: expected,
  id: `${api}-${name}`,
  server: 'aimock',
  source,
  api,
  answers: [],
});
const shapes = apis.flatMap((api) => cases.map((one) => shapeOf(api, one)));
const scripts = apis.flatMap((api) => cases.map((one) => ({ id: `${api}-${one.name}`, turns: one.turns })));

let server: Aimock;
let system: System;
let play: Play;
let folder: string;
let requests: ReadonlyMap<string | undefined, readonly PlayedRequest[]> = new Map();

beforeAll(async () => {
  server = await startAimock(scripts);
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-third-party-')));
  writeProject(folder, shapes, serverOf);
  const config = configFor(() => server.url);
  system = await System.start({ project: folder, demo: false, config, env: { [keyVariable]: 'k' } });
  play = new Play(
    { client: system.client, read: (sql, ...values) => system.read(sql, ...values) },
    { requests: () => [] },
  );
  await play.all(shapes, { atOnce: 8, withinMs: 60_000 });
  const journal = (await server.journal()).map(({ body }) => ({ model: body?.model, headers: {}, body: body ?? {} }));
  requests = Map.groupBy(journal, ({ model }) => model);
}, 480_000);

afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

describe.each(apis)('over %s', (api) => {
  test.for(shapes.filter((shape) => shape.api === api).map((shape) => [shape.habit, shape] as const))(
    '%s',
    ([, shape]) => {
      const seen = play.seenOf(shape);
      if (seen === undefined) throw new Error('it was not played');
      const asked = requests.get(modelOf(shape)) ?? [];
      expect(asked.length).toBeGreaterThan(0);
      expect(faultsOf(shape.expect, { ...seen, requests: asked })).toEqual([]);
    },
  );
});
