/** One attempt to send a report. It never rejects: what goes wrong is an outcome, and no secret is in it. */

import type { Delivery, DeliveryMethod } from '@perdure/contract';
import { cleanLine } from '../core/report-text.ts';
import type { SendOutcome, StoredReport } from '../core/outbox.ts';
import { isoTime } from '../core/time.ts';
import { maskSecrets, secretsOf, type Environment } from '../evidence/secrets.ts';
import { sendByCommand } from './command.ts';
import type { Message, SenderWorld } from './message.ts';
import { sendByOpenclaw } from './openclaw.ts';
import { sendByWebhook } from './webhook.ts';

const longestProblem = 500;

/** Ways that this world can go. */
function methodsOf({ print }: Pick<SenderWorld, 'print'>): readonly DeliveryMethod[] {
  return [...(print === undefined ? [] : (['stdout'] as const)), 'log', 'command', 'webhook', 'openclaw'];
}

/** Those that reach nobody who could be woken by them. */
const quietMethods: readonly DeliveryMethod[] = ['stdout', 'log'];

/** What the desk asks for as its `Sender`. */
export function createSender(world: SenderWorld) {
  return {
    methods: methodsOf(world),
    quietMethods: quietMethods.filter((method) => methodsOf(world).includes(method)),
    timeoutMs: world.timeoutMs,
    send: async (report: StoredReport) => await sendReport(report, world),
  };
}

async function sendReport(report: StoredReport, world: SenderWorld): Promise<SendOutcome> {
  try {
    return await sendBy(report.delivery, withoutSecrets(report, world.env), world);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { kind: 'unknown', why: cleanLine(code ?? message, longestProblem) };
  }
}

async function sendBy(delivery: Delivery, message: Message, world: SenderWorld): Promise<SendOutcome> {
  switch (delivery.method) {
    case 'stdout':
      world.print?.(message.text);
      return { kind: 'sent' };
    case 'log':
      return logged(message, world);
    case 'noop':
      return { kind: 'sent' };
    case 'command':
      return await sendByCommand(message, delivery, world);
    case 'webhook':
      return await sendByWebhook(message, delivery, world);
    case 'openclaw':
      return await sendByOpenclaw(message, delivery, world);
    default:
      return delivery satisfies never;
  }
}

function logged({ text, createdAt }: Message, { log }: SenderWorld): SendOutcome {
  try {
    log(`${isoTime(createdAt)} ${text}`);
    return { kind: 'sent' };
  } catch (error) {
    return { kind: 'failed', why: `the log cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` };
  }
}

/** Agents write what they see into their reports, and some of that should be seen by nobody else. */
function withoutSecrets(report: StoredReport, env: Environment): Message {
  const secrets = secretsOf(env);
  const mask = (text: string) => maskSecrets(Buffer.from(text), secrets).toString('utf8');
  const { title, phase, health, why } = report.facts;
  const facts = { ...report.facts, title: mask(title), phase: mask(phase), health: mask(health), why: mask(why) };
  return { ...report, text: mask(report.text), facts };
}
