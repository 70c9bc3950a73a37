/**
 * What a prompt asks for, in a form that fits into sentences: "Build a URL shortener service" is about `the URL
 * shortener service`. Pure; a prompt that does not begin like a commission is quoted instead of being bent into
 * grammar.
 */

import { generalTopic, topics, type Topic } from './topics.ts';

export type SubjectKind = 'web-service' | 'command-line' | 'data-pipeline' | 'general';

export interface Subject {
  readonly kind: SubjectKind;
  /** For a heading: `URL shortener service`. */
  readonly title: string;
  /** Inside a sentence: `the URL shortener service`. */
  readonly the: string;
  /** The whole wish as a noun: `a URL shortener service that counts visits`. */
  readonly wish: string;
  readonly topic: Topic;
}

const politeness =
  /^(please|can you|could you|i want( you)? to|i need( you)? to|we (want|need) to|let's|help me( to)?)\s+/i;
const commission =
  /^(build|create|make|write|implement|design|develop|set up|plan|code|draft|prepare|program|produce)\s+((me|us)\s+)?/i;
const article = /^(a|an|the|some|my|our)\s+/i;
const connector = /[,;:(]|\s(that|which|who|where|when|with|without|using|for|to|in|on|from|as|and|so)\s/i;

/** Tried in order: a command line tool that calls an API is a command line tool. */
const kinds: readonly (readonly [SubjectKind, RegExp])[] = [
  ['command-line', /\b(cli|command[- ]line|terminal|shell script|console (tool|app))\b/i],
  [
    'data-pipeline',
    /\b(etl|data pipelines?|pipelines?|ingest\w*|warehouse|batch|scrap(er|ing)|crawl(er|ing)|nightly)\b/i,
  ],
  [
    'web-service',
    /\b(apis?|services?|servers?|backend|web\s?(site|apps?|shop)?|rest|http|saas|platform|dashboard|shortener|chat|blog|shop|bot)\b/i,
  ],
];

const maxTitle = 60;

/** Reads the first sentence of a prompt. */
export function readSubject(prompt: string): Subject {
  const kind = kinds.find(([, pattern]) => pattern.test(prompt))?.[0] ?? 'general';
  const topic = topics.find(({ pattern }) => pattern.test(prompt)) ?? generalTopic;
  const firstSentence = /^[^\n.!?]*/.exec(prompt.trim())?.[0] ?? '';
  const polite = firstSentence.replaceAll(/\s+/g, ' ').trim();
  const order = polite.replace(politeness, '');
  const wish = shorten(order.replace(commission, ''), 160);
  const named = wish.replace(article, '');
  const title = shorten(named.split(connector)[0]?.trim() ?? '', maxTitle);
  const isThing = wish !== order || article.test(order);
  if (!isThing || title === '') return quoted(polite, kind, topic);
  return { kind, topic, wish, title: capitalize(title), the: `the ${title}` };
}

function quoted(text: string, kind: SubjectKind, topic: Topic): Subject {
  const title = shorten(text, maxTitle) || 'Work without a description';
  return { kind, topic, title, the: 'the work', wish: `the work described as "${title}"` };
}

function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), max / 2)).trimEnd()} …`;
}

/** With a capital first letter; the rest as it is. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
