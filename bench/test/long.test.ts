import { join } from 'node:path';
import { parseScript } from '@perdure/demo-model';
import { loadAgents } from '@perdure/worker/agents';
import { createShippedTools, allowedTools, loadTools } from '@perdure/worker/tools';
import { describe, expect, it } from 'vitest';
import { conversationScript, megabytes, pageLengths, pages, questions } from '../long/conversation.ts';

const root = (kind: string) => [{ origin: 'project', dir: join(import.meta.dirname, '../fixtures', kind) } as const];

describe('the conversations of the long suite', () => {
  it('are of at least 20 MB and of 20 KB, in as many pages', () => {
    expect(megabytes('large')).toBeGreaterThanOrEqual(20);
    expect(megabytes('small')).toBe(0.02);
    expect(pageLengths('large')).toHaveLength(pageLengths('small').length);
  });

  it('are a script that the demo model takes, with one rule for each turn', () => {
    const script = parseScript(conversationScript(), 'of the bench');
    const asking = script.filter(({ match }) => (match?.afterTools ?? 0) >= pages);
    expect(asking.map(({ match }) => match?.afterTools)).toEqual(
      Array.from({ length: questions }, (_, index) => pages + index),
    );
  });

  it('never ask the same question twice, which would stop the run as one that makes no progress', () => {
    const asked = conversationScript().flatMap(({ toolCalls = [] }) => toolCalls.map((call) => JSON.stringify(call)));
    const questionsAsked = asked.filter((call) => call.includes('ask-human'));
    expect(new Set(questionsAsked).size).toBe(questions);
  });

  it('have an agent and a tool that load without a problem, and turns enough for every question', async () => {
    const shipped = createShippedTools({ enabled: new Set(), sqlDatabase: '', version: '0' });
    const tools = await loadTools(root('tools'), shipped);
    const agents = await loadAgents(root('agents'), allowedTools(tools.tools));
    expect([...tools.problems, ...agents.problems]).toEqual([]);
    const collector = agents.agents.find(({ agent }) => agent.name === 'collector');
    expect(collector?.agent.maxTurns).toBeGreaterThan(questions + 1);
  });
});
