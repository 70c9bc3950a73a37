/**
 * Calls an agent: a loop of model turns and tool calls, each a durable step of its own, until an answer satisfies the
 * Output Contract. The transcript of a turn is rebuilt from the records of the turns and calls before it, so nothing
 * else is stored. An answer that does not satisfy the contract goes back to the model with what is wrong with it,
 * `maxRepairs` times. In its last turn an agent may call no tool: it must answer with what it has.
 */

import { compact, isPerdureError, PerdureError, type Json, type ModelPrices } from '@perdure/contract';
import type { ModelTurn } from '@perdure/models';
import type { AgentCaller, StepScope } from '@perdure/runs';
import type { SchemaCheck } from '@perdure/schema-check';
import { answerFaults } from './answer-faults.ts';
import type { AgentDefinition } from './definition.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { RetryDeps } from './retry-policy.ts';
import { callTools, type CalledTools, type OfferedTool } from './tool-loop.ts';
import { Transcript } from './transcript.ts';
import { turnStep } from './turn-step.ts';

const maxRepairs = 2;
const maxKeptOutput = 2_000;
const maxShownRefusal = 200;

export interface AgentCallerParts {
  /** From memory: a drive sees only steps as work in flight. Rejects with `not_found` for a name nobody knows. */
  readonly loadAgent: (name: string) => Promise<AgentDefinition>;
  readonly offer: (tool: string) => OfferedTool | undefined;
  readonly turn: ModelTurn;
  readonly check: SchemaCheck;
  readonly retry: RetryDeps;
  /** `server/model` that an agent's `model` means first. */
  readonly nameOf: (model: string) => string;
  /** For agents that name no model. */
  readonly defaultModel: string;
  /** Tokens of a request that a model takes; a longer transcript is shortened. */
  readonly contextOf: (model: string) => number;
  /** Of `server/model`; absent where nobody knows any. */
  readonly pricesOf?: (model: string) => ModelPrices | undefined;
}

export function createAgentCaller(parts: AgentCallerParts): AgentCaller {
  return {
    async call(scope, name, input, key) {
      const found = await find(parts, name);
      const startDetail = {
        agent: name,
        ...compact({ agentHash: found.kind === 'found' ? found.agent.hash : undefined }),
      };
      const lacks = () => (found.kind === 'missing' ? found.error : undefined);
      return scope.compose({ key, kind: 'agent', input, startDetail, lacks }, async (inner) => {
        if (found.kind === 'missing') throw found.error;
        return converse(inner, found.agent, { input, parts });
      });
    },
  };
}

/**
 * An agent that is gone or refused, or whose model cannot be asked as things are configured, stops the run until
 * somebody has mended that. A call that is over is passed over all the same.
 */
async function find({ loadAgent, nameOf, defaultModel }: AgentCallerParts, name: string) {
  try {
    const agent = await loadAgent(name);
    // Throws where there is no such server, or its key is not set.
    nameOf(agent.model ?? defaultModel);
    return { kind: 'found', agent } as const;
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    const { code, message, details } = error;
    return { kind: 'missing', error: new PerdureError(code, `${message} Then resume the run.`, { details }) } as const;
  }
}

interface AgentCall {
  readonly input: unknown;
  readonly parts: AgentCallerParts;
}

async function converse(scope: StepScope, agent: AgentDefinition, { input, parts }: AgentCall): Promise<Json> {
  const tools = agent.tools.flatMap((id) => parts.offer(id) ?? []);
  const transcript = new Transcript(JSON.stringify(input ?? null, null, 2));
  const history: CalledTools = [];
  let repairs = 0;
  for (let n = 1; ; n += 1) {
    const isLast = n >= agent.maxTurns;
    // The form of the answer is enforced only where no tool may be called any more: servers that enforce it let none.
    const mustAnswer = isLast || repairs === maxRepairs;
    const turn = await scope.perform(turnStep(scope, agent, { n, transcript, tools, mustAnswer, parts }));
    transcript.answered(turn);
    if (turn.toolRequests.length > 0 && !mustAnswer) {
      const called = await callTools(scope.below(`turn-${n}`), turn.toolRequests, {
        agent: agent.name,
        tools,
        history,
      });
      transcript.called(called);
      continue;
    }
    const judgement = await judgeAnswer(turn, (answer) => scope.during(() => answerFaults(parts.check, agent, answer)));
    if (judgement.kind === 'accepted') return judgement.answer;
    if (judgement.kind === 'refused') throw answerRefused(agent, judgement.by, turn.text);
    const { faults } = judgement;
    if (isLast && repairs === 0 && history.length > 0)
      throw turnsExhausted(agent, { turns: n, faults, text: turn.text });
    if (isLast || repairs === maxRepairs) throw contractBroken(agent, { turns: repairs + 1, faults, text: turn.text });
    repairs += 1;
    transcript.ask(repairRequest(faults));
  }
}

function repairRequest(faults: readonly string[]): string {
  const list = faults.map((fault) => `- ${fault}`).join('\n');
  return `Your answer does not satisfy the Output Contract:\n${list}\n\nAnswer again with the whole JSON object, corrected, and no other text.`;
}

interface BrokenAnswer {
  readonly turns: number;
  readonly faults: readonly string[];
  readonly text: string;
}

function contractBroken(agent: AgentDefinition, broken: BrokenAnswer): PerdureError {
  const times = broken.turns === 1 ? 'once' : `${broken.turns} times`;
  const message = `The agent "${agent.name}" answered ${times} without satisfying its Output Contract (${broken.faults[0]}); simplify the contract or use a stronger model, then retry the run.`;
  return new PerdureError('contract_broken', message, { details: detailsOf(broken) });
}

function turnsExhausted(agent: AgentDefinition, broken: BrokenAnswer): PerdureError {
  const message = `The agent "${agent.name}" has used its ${broken.turns} turns without an answer that satisfies its Output Contract (${broken.faults[0]}); raise maxTurns in its AGENT.md, then retry the run.`;
  return new PerdureError('turns_exhausted', message, { details: detailsOf(broken) });
}

function answerRefused(agent: AgentDefinition, by: 'model' | 'provider', text: string): PerdureError {
  const said = text.trim() === '' ? '' : ` ("${text.trim().slice(0, maxShownRefusal).toWellFormed()}")`;
  const who =
    by === 'model'
      ? `The model of the agent "${agent.name}" declines to answer${said}`
      : `The provider of the agent "${agent.name}" withholds the answer of its model by a content filter`;
  const message = `${who}; change what it is asked, or use another model, then retry the run.`;
  return new PerdureError('answer_refused', message, { details: { by, lastOutput: text.slice(0, maxKeptOutput) } });
}

function detailsOf({ faults, text }: BrokenAnswer) {
  return { errors: faults, lastOutput: text.slice(0, maxKeptOutput) };
}
