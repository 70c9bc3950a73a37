/**
 * What services of a well-known sort keep and do; a plan for one of them can name its real operations and its real
 * risk.
 */

import type { Question } from './sketch.ts';

export interface Topic {
  readonly pattern: RegExp;
  /** The thing that is kept, singular and plural. */
  readonly entity: string;
  readonly entities: string;
  /** Stored with it. */
  readonly fields: string;
  /** What a client can do, as `a client can …`; the first is the one to build first. */
  readonly operations: readonly [string, string, string, string];
  /** The rule that must always hold. */
  readonly rule: string;
  readonly risk: { readonly risk: string; readonly mitigation: string };
  /** The routes of its HTTP interface. */
  readonly routes: string;
  readonly question: Question;
}

export const topics: readonly Topic[] = [
  {
    pattern: /\bshorten(er|ing|s|ed)?\b|\bshort (url|link)s?\b/i,
    entity: 'short link',
    entities: 'short links',
    fields: 'code, target, owner, created at, expires at, number of visits',
    operations: [
      'create a short link for a long URL and be redirected by it',
      'choose the code of a short link, unless it is taken',
      'see how often a short link was followed',
      'list, disable and delete the short links it owns',
    ],
    rule: 'a code is unique and cannot be guessed from another one, and a target is an absolute http or https URL',
    risk: {
      risk: 'Short links hide malicious targets, and the domain ends up on block lists.',
      mitigation:
        'Accept http and https targets only, check new targets against a block list, and let an operator disable a link at once.',
    },
    routes: '`POST /links`, `GET /links`, `GET`, `PATCH` and `DELETE /links/:code`, and `GET /:code` for the redirect',
    question: {
      question: 'Do short links expire, and what does a visitor of an expired one see?',
      default: 'They do not expire; a disabled one is answered with 410 and a short page.',
    },
  },
  {
    pattern: /\b(todo|to-do|task|ticket|kanban)s?\b/i,
    entity: 'task',
    entities: 'tasks',
    fields: 'title, status, assignee, due date, created at, revision',
    operations: [
      'create a task and read it back',
      'change, complete and reopen a task',
      'list tasks by status, assignee and due date',
      'share a list of tasks with other people',
    ],
    rule: 'a task changes status only along the allowed transitions, and never by two people at once without one of them being told',
    risk: {
      risk: 'Two people edit the same task and one change is lost without notice.',
      mitigation:
        'Send the revision with every change and refuse a stale one with a conflict that shows the current state.',
    },
    routes:
      '`POST /tasks`, `GET /tasks?status=&assignee=`, `GET`, `PATCH` and `DELETE /tasks/:id`, `POST /lists/:id/members`',
    question: {
      question: 'Who may see and change a task that was shared: anyone with the link, or named people only?',
      default: 'Named people only.',
    },
  },
  {
    pattern: /\b(chat|messag(e|es|ing|enger))\b/i,
    entity: 'message',
    entities: 'messages',
    fields: 'conversation, sender, text, sent at, sequence number',
    operations: [
      'send a message to a conversation and receive it elsewhere',
      'read a conversation from any point on',
      'see which messages are unread',
      'leave a conversation and delete its own messages',
    ],
    rule: 'messages of a conversation have one order, the same for everyone, and none appears twice',
    risk: {
      risk: 'A client that reconnects misses messages or shows them twice.',
      mitigation:
        'Number the messages of a conversation without gaps and let a client resume from the last number it has seen.',
    },
    routes:
      '`POST` and `GET /conversations/:id/messages?after=`, `DELETE /messages/:id`, and a WebSocket that sends what is new',
    question: {
      question: 'How long are messages kept, and who may delete them for everyone?',
      default: 'They are kept until their sender deletes them, for everyone.',
    },
  },
  {
    pattern: /\b(shop|store|cart|checkout|order(s|ing)?|booking|reservation)s?\b/i,
    entity: 'order',
    entities: 'orders',
    fields: 'customer, lines, total, status, created at, idempotency key',
    operations: [
      'place an order and see its status',
      'change or cancel an order that is not yet being fulfilled',
      'see its earlier orders',
      'be told when the status of an order changes',
    ],
    rule: 'an order is accepted once, its total equals the sum of its lines, and nothing is sold that is not in stock',
    risk: {
      risk: 'A repeated request places or charges an order twice.',
      mitigation: 'Require an idempotency key for placing an order and keep it in the same transaction as the order.',
    },
    routes:
      '`POST /orders` with an idempotency key, `GET /orders`, `GET` and `PATCH /orders/:id`, `POST /orders/:id/cancel`',
    question: {
      question: 'Which payment provider is used, and who refunds a cancelled order?',
      default: 'Orders are paid on invoice, and an operator refunds by hand.',
    },
  },
];

export const generalTopic: Topic = {
  pattern: /^/,
  entity: 'record',
  entities: 'records',
  fields: 'identifier, content, owner, created at, changed at, revision',
  operations: [
    'create a record and read it back',
    'change and delete the records it owns',
    'find records by their content and page through the results',
    'export its records in a documented format',
  ],
  rule: 'every record has one owner, and a change that is based on an old state is refused',
  risk: {
    risk: 'The first data model does not fit the real use and is expensive to change later.',
    mitigation:
      'Write down five real examples before the first migration, and keep migrations small and tested against a copy of real data.',
  },
  routes:
    '`POST /records`, `GET /records?query=&cursor=`, `GET`, `PUT` and `DELETE /records/:id`, `GET /records/export`',
  question: {
    question: 'Which records exist today, in which form, and must they be taken over?',
    default: 'The service starts empty.',
  },
};
