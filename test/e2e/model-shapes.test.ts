/**
 * Every shape of `test/models/shapes`, through the whole product: one state root, a run for each. `SHAPES=gemini` plays
 * those alone whose names match.
 */

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf } from '../models/judge.ts';
import { Play } from '../models/play.ts';
import { startPlayer, type Player } from '../models/player.ts';
import { writeProject } from '../models/project.ts';
import { configFor, keyVariable, serverOf } from '../models/servers.ts';
import { apis, type Shape } from '../models/shape.ts';
import { shapes } from '../models/shapes/index.ts';
import { System } from './system.ts';

/** Some shapes repeat it: it must come back from nowhere. */
const key = 'key-that-must-not-appear';
const wanted = new RegExp(process.env['SHAPES'] ?? '');
/** Those first that are asked several times, with pauses between: the others go by meanwhile. */
const isSlow = ({ expect: { requests = 1, status } }: Shape): boolean => requests > 4 || status === 'waiting';
const matching = shapes.filter(({ id }) => wanted.test(id));
const played = [...matching.filter(isSlow), ...matching.filter((shape) => !isSlow(shape))];

let player: Player;
let system: System;
let play: Play;
let folder: string;

beforeAll(async () => {
  player = await startPlayer(played, { beforeFirstAnswer: async (shape) => await play.beforeFirstAnswer(shape) });
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-shapes-')));
  writeProject(folder, played, serverOf);
  const config = configFor(() => player.url);
  system = await System.start({ project: folder, demo: false, config, env: { [keyVariable]: key } });
  play = new Play({ client: system.client, read: (sql, ...values) => system.read(sql, ...values) }, player);
  await play.all(played, { atOnce: 64, withinMs: 400_000 });
}, 600_000);

afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await player?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('none of these runs hides the others from a list', async () => {
  const { data } = await system.client.listRuns({ query: { limit: 100 } });
  expect(data.length).toBe(Math.min(100, played.length));
});

describe.each(apis)('over %s', (api) => {
  const ofApi = played.filter((shape) => shape.api === api);
  test.for(ofApi.map((shape) => [shape.id, shape] as const))('%s', ([, shape]) => {
    const seen = play.seenOf(shape);
    if (seen === undefined) throw new Error('it was not played');
    expect(faultsOf(shape.expect, seen), shape.habit).toEqual([]);
    expect(JSON.stringify([seen.error, seen.output])).not.toContain(key);
  });
});
