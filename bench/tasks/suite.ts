/** The ledger of tasks: one report, an MCP server, many writers, many tasks, and kills. */

import { randomInt } from 'node:crypto';
import { requireBuild } from '../command.ts';
import type { Suite } from '../suite.ts';
import { measureContinue } from './continue.ts';
import { measureKills } from './kills.ts';
import { measureMcpStart } from './mcp-start.ts';
import { measureProgress } from './progress.ts';
import { measureScale } from './scale.ts';
import { measureTick } from './tick.ts';
import { measureWriters } from './writers.ts';

export const measureTasks: Suite = async (say) => {
  requireBuild();
  say('one report, as a process');
  const progress = await measureProgress();
  say('the start of an MCP server');
  const mcp = await measureMcpStart();
  say('eight processes on one task');
  const writers = await measureWriters();
  say('10,000 tasks with 100,000 events');
  const growth = await measureContinue();
  say('100,000 tasks, and one of 100,000 events');
  const scale = await measureScale();
  say('a sweep over 10,000 tasks');
  const tick = await measureTick();
  const seed = randomInt(2 ** 31);
  say(`kill -9 of a writer, seed ${seed}`);
  return [...progress, ...mcp, ...writers, ...growth, ...scale, ...tick, ...(await measureKills(seed))];
};
