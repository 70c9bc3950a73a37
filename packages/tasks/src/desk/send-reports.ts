/** Sends what waits in the outbox and may go now: one after the other of a task, several tasks at a time. */

import type { DeliveryMethod, ReportState } from '@perdure/contract';
import type { SendOutcome, StoredReport } from '../core/outbox.ts';
import type { TaskStore } from '../core/ports.ts';
import { isTold, type ReportPolicy } from '../core/report-policy.ts';
import { isQuiet } from '../core/quiet-hours.ts';
import type { ClockDeps } from './deps.ts';

export interface SendDeps extends ClockDeps {
  readonly store: Pick<TaskStore, 'outbox'>;
  readonly policy: ReportPolicy;
  readonly sender: Sender;
}

/** Programs and connections are behind this: what sends nothing loads none of it. */
export interface Sender {
  readonly methods: readonly DeliveryMethod[];
  /** Those of them that wake nobody. */
  readonly quietMethods: readonly DeliveryMethod[];
  /** After which an attempt is over. */
  readonly timeoutMs: number;
  send(report: StoredReport): Promise<SendOutcome>;
}

export interface SendRequest {
  /** Only those of this task. */
  readonly taskId?: string | undefined;
}

/** What became of a report. */
export interface Sent {
  readonly taskId: string;
  readonly number: number;
  readonly reason: StoredReport['reason'];
  readonly method: DeliveryMethod;
  readonly text: string;
  readonly state: ReportState;
  readonly problem?: string;
}

const atOnce = 8;
/** Beyond the time limit of an attempt: what a sender needs to write down how it ended. */
const graceMs = 15_000;

export async function sendReports(deps: SendDeps, { taskId }: SendRequest = {}): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  for (;;) {
    const { claimed, lost } = await claimSome(deps, taskId);
    sent.push(...lost.map((report) => outcomeOf(report, report.state, report.problem)));
    if (claimed.length === 0) return sent;
    sent.push(...(await Promise.all(claimed.map(async (report) => await sendOne(deps, report)))));
  }
}

/** Those that may be used: in quiet hours none that wakes anybody. */
export function methodsAt(
  now: number,
  { sender, policy }: Pick<SendDeps, 'sender' | 'policy'>,
): readonly DeliveryMethod[] {
  return isQuiet(now, policy.quietHours) ? sender.quietMethods : sender.methods;
}

async function claimSome({ store, sender, policy, now: clock }: SendDeps, taskId: string | undefined) {
  const now = clock();
  return await store.outbox.claim({
    now,
    methods: methodsAt(now, { sender, policy }),
    taskId,
    most: atOnce,
    until: now + sender.timeoutMs + graceMs,
    isWanted: ({ reason, facts }) => isTold(facts, reason, policy),
  });
}

async function sendOne({ store, sender, now }: SendDeps, report: StoredReport): Promise<Sent> {
  const outcome = await sender.send(report);
  const problem = outcome.kind === 'sent' ? undefined : outcome.why;
  // Somebody else has taken it over since: what it made of it counts.
  const state = (await store.outbox.settle(report, outcome, now())) ?? 'sending';
  return outcomeOf(report, state, problem);
}

function outcomeOf(report: StoredReport, state: ReportState, problem: string | undefined): Sent {
  const { taskId, number, reason, text, delivery } = report;
  const sent = { taskId, number, reason, method: delivery.method, text, state };
  return problem === undefined ? sent : { ...sent, problem };
}
