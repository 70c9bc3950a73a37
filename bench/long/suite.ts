/**
 * What long runs cost, and what they cost others: a run with a transcript of 20 MB, and pages of the API over a
 * database that is full.
 */

import { startDemoModel } from '@perdure/demo-model';
import type { Suite } from '../suite.ts';
import { makeTempHome } from '../temp-home.ts';
import { startStack } from '../steps/stack.ts';
import { conversationScript } from './conversation.ts';
import { measureConversations, startConversation } from './conversations.ts';
import { addLongRun, addOtherRuns, longRunSteps, otherRuns } from './filled.ts';
import { measurePages } from './pages.ts';
import { startBenchServer } from './server.ts';

export const measureLong: Suite = async (say) => {
  using fullHome = makeTempHome();
  using smallHome = makeTempHome();
  const full = await fillFull(fullHome.path, say);
  const small = await fillSmall(smallHome.path, say);
  await using fullServer = await startBenchServer(fullHome.path);
  await using smallServer = await startBenchServer(smallHome.path);
  say('pages of both databases');
  const pages = await measurePages({ ...full, server: fullServer }, { ...small, server: smallServer });
  return [...full.figures, ...pages];
};

async function fillFull(home: string, say: (line: string) => void) {
  await using model = await startDemoModel({ port: 0, script: conversationScript() });
  await using stack = await startStack(home, { modelUrl: model.url });
  say('a transcript of 20 MB');
  const { figures, runs } = await measureConversations(stack, model);
  say('a run of 5,000 steps, and 2,000 other runs');
  const longRun = await addLongRun(stack.client, longRunSteps.large);
  await addOtherRuns(stack.client, otherRuns.large);
  return { figures, conversation: runs.large, longRun };
}

async function fillSmall(home: string, say: (line: string) => void) {
  await using model = await startDemoModel({ port: 0, script: conversationScript() });
  await using stack = await startStack(home, { modelUrl: model.url });
  say('a small database beside it');
  const conversation = await startConversation(stack.client, 'small');
  const longRun = await addLongRun(stack.client, longRunSteps.small);
  await addOtherRuns(stack.client, otherRuns.small);
  return { conversation, longRun };
}
