/** Every shape of `test/models/shapes`, through the whole product: one state root, a run for each. */

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf } from '../models/judge.ts';
import { Play } from '../models/play.ts';
import { startPlayer, type Player } from '../models/player.ts';
import { writeProject } from '../models/project.ts';
import { configFor, serverOf } from '../models/servers.ts';
import { apis, type Api } from '../models/shape.ts';
import { shapes } from '../models/shapes/index.ts';
import { System } from './system.ts';

/** False while the product knows one server alone, and one wire format. */
const hasServers = false;
const spoken: readonly Api[] = hasServers ? apis : ['chat'];
const played = shapes.filter((shape) => spoken.includes(shape.api) && (hasServers || shape.impatient !== true));

const key = 'key-that-must-not-appear';
const only = process.env['SHAPES'] === undefined ? undefined : new RegExp(process.env['SHAPES']);
const wanted = played.filter(({ id }) => only?.test(id) ?? true);

let player: Player;
let system: System;
let play: Play;
let folder: string;

beforeAll(async () => {
  player = await startPlayer(shapes, { beforeFirstAnswer: async (shape) => await play.beforeFirstAnswer(shape) });
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-shapes-')));
  writeProject(folder, wanted, serverOf);
  system = await System.start({
    project: folder,
    demo: false,
    ...(hasServers ? { config: configFor(player.url, spoken) } : {}),
    env: { SHAPES_KEY: key, ...(hasServers ? {} : { AI_BASE_URL: player.url, AI_API_KEY: key, MODEL_ID: 'none' }) },
  });
  play = new Play({ client: system.client, read: (sql, ...values) => system.read(sql, ...values) }, () => player);
  await play.all(wanted, { atOnce: 64, withinMs: 90_000 });
}, 120_000);

afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await player?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(spoken)('over %s', (api) => {
  test.each(wanted.filter((shape) => shape.api === api).map((shape) => [shape.id, shape] as const))(
    '%s',
    (_id, shape) => {
      const seen = play.seenOf(shape);
      if (seen === undefined) throw new Error('it was not played');
      expect(faultsOf(shape.expect, seen), shape.habit).toEqual([]);
      expect(JSON.stringify(seen.error ?? null)).not.toContain(key);
    },
  );
});
