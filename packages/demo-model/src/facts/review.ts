/**
 * The facts of a review. The demo model does not judge: it approves unless a script says otherwise, and reports only
 * what it can count in the reviewed thing, so that nothing it says is false. Pure.
 */

import { isRecord } from '../schema/node.ts';
import type { Fact, Facts } from './fact.ts';

export type Verdict = 'approved' | 'changes_requested';

/** A review of `subject`, which may be anything that is JSON; `wish` is what it was to be. */
export function reviewFacts(subject: unknown, options: { readonly verdict: Verdict; readonly wish: string }): Facts {
  const approved = options.verdict === 'approved';
  const lists = listsOf(subject);
  const counts = lists.map(({ name, items }) => `${items.length} ${plural(name, items.length)}`);
  return {
    verdict: options.verdict,
    approved,
    feedback: approved ? '' : demand,
    summary: `Reviewed by rule by the demo model, which counts and does not judge: ${counts.join(', ') || 'nothing to count'}.`,
    coverage: [{ requirement: options.wish, met: true, where: places(lists) }],
    strengths: lists.map(strength),
    issues: approved ? openQuestions(lists).map(questionIssue) : [demandIssue],
    suggestions: approved ? openQuestions(lists).map((question) => `Have this decided: ${question}`) : [demand],
    rating: approved ? 0.8 : 0.4,
  };
}

const demand = 'Name for every acceptance check the command or the observation that carries it out.';

const demandIssue: Facts = {
  severity: 'major',
  where: 'milestones',
  problem: "The demo model's script asks for another round, about the acceptance checks.",
  fix: demand,
};

function questionIssue(question: string): Fact {
  return {
    severity: 'minor',
    where: 'openQuestions',
    problem: `Not decided yet: ${question}`,
    fix: 'Have it decided by the person who asked, during the first milestone.',
  };
}

interface List {
  readonly name: string;
  readonly items: readonly unknown[];
}

/** The lists in the reviewed thing, by their own names, those of nested objects too. */
function listsOf(subject: unknown): readonly List[] {
  if (!isRecord(subject)) return [];
  return Object.entries(subject).flatMap(([name, value]) => {
    if (Array.isArray(value)) return value.length > 0 ? [{ name, items: value }] : [];
    return listsOf(value);
  });
}

function plural(name: string, count: number): string {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase();
  return count === 1 ? words.replace(/s$/, '') : words;
}

/** What every item of the list has: `Each of the 4 milestones states title, steps and acceptance.` */
function strength({ name, items }: List): string {
  const [first] = items;
  const told = isRecord(first) ? Object.keys(first).filter((key) => items.every((item) => tells(item, key))) : [];
  const words = told.map((key) => plural(key, 2));
  if (words.length < 2) return `It states ${items.length} ${plural(name, items.length)}.`;
  const list = `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
  return items.length === 1
    ? `The one ${plural(name, 1)} states ${list}.`
    : `Each of the ${items.length} ${plural(name, 2)} states ${list}.`;
}

function tells(item: unknown, key: string): boolean {
  const value = isRecord(item) ? item[key] : undefined;
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== '';
}

/** Where the work is done, by title. */
function places(lists: readonly List[]): string {
  const milestones = lists.find(({ name }) => /^(milestones|phases|stages|steps)$/i.test(name));
  const titles = (milestones?.items ?? []).map((item) => textOf(item, 'title')).filter((title) => title !== undefined);
  return titles.length > 0
    ? `Milestones: ${titles.join(', ')}.`
    : 'The reviewed text as a whole; it names no milestones.';
}

function openQuestions(lists: readonly List[]): readonly string[] {
  const list = lists.find(({ name }) => /^(open_?)?questions$/i.test(name));
  return (list?.items ?? []).map((item) => textOf(item, 'question')).filter((question) => question !== undefined);
}

function textOf(item: unknown, key: string): string | undefined {
  const text = isRecord(item) ? item[key] : item;
  return typeof text === 'string' ? text : undefined;
}
