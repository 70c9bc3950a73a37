/** Takes the answer of a person, in one transaction. */

import type { Database, QuestionsView } from '@perdure/db';
import type { AnswerOutcome, AnswerRequest } from '../desk/ports.ts';
import { decideAnswer, type QuestionState } from '../decide/answer.ts';
import type { RunStatements } from './run-statements.ts';

export function createAnswer(
  { sqlite }: Database,
  statements: RunStatements,
): (request: AnswerRequest) => AnswerOutcome {
  const read = sqlite.prepare('SELECT * FROM questions WHERE id = ?');
  const write = sqlite.prepare('UPDATE waits SET answer = ?, answered_by = ?, answered_at = ? WHERE id = ?');
  return ({ waitId, answer, actor, at }) => {
    const question = read.get(waitId) as QuestionsView | undefined;
    if (question === undefined) return { kind: 'not_found' };
    const decision = decideAnswer(toQuestionState(question), at);
    if (decision.kind !== 'accepted') return { kind: decision.kind };
    const { run_id: runId, step_key: key } = question;
    const by = { at, actor };
    write.run(answer, actor, at, waitId);
    statements.appendEvent(runId, { type: 'wait.answered', data: { wait: waitId, key } }, by);
    // An order that comes too early is kept for the drive after the present one.
    if (decision.resumes) statements.insertOrder({ id: `${waitId}:resume`, runId, kind: 'resume' }, by);
    return { kind: 'accepted', runId };
  };
}

function toQuestionState(row: QuestionsView): QuestionState {
  return {
    purpose: row.purpose,
    isAnswered: row.answered_at !== null,
    expiresAt: row.expires_at,
    isAwaited: row.awaited === 1,
    runStatus: row.run_status,
  };
}
