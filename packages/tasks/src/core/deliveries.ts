/**
 * What a worker claims to have delivered outside, and whether it says where that can be seen. Nobody here can look, so
 * a proof is no more than a place at which a person can; a claim without one counts for nothing until the controller
 * says how it knows.
 */

import type { DeliveryClaim } from '@perdure/contract';

const claim =
  /\b(sent|emailed|e-mailed|mailed|posted|published|deployed|pushed|uploaded|delivered|released|submitted|shipped|announced|tweeted|notified|merged|paid)\b/giu;

/** What is still to come, or was left alone, is no claim: said before it in the same clause, or of its object. */
const denial =
  /\b(not|never|nothing|no|nobody|without|to be|will be|must be|should be|can be|could be|ready to|before|until|instead of|dry[- ]run)\b|n['’]t\b/iu;
const denialAfter = /^\s+(nothing|no|none|nowhere|not)\b/iu;
const clauseEnd = /[.;:,!?()\u2013\u2014]/u;

/** An address, an id with a name, a number of a thing, or a hash. */
const proofs = [
  /\b[a-z][a-z0-9+.-]*:\/\/\S+/iu,
  /\b(?:message|msg|object|chat|channel|thread|post|job|deployment|release|request|order|commit|run|mail)?[ _-]?(?:id|key|ref|sha|tag|hash)\b\s*[:=#]?\s*\S*\d\S*/iu,
  /(?:^|\s)[\w./-]*#\d+\b/u,
  /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b/u,
  /<[^<>\s]+@[^<>\s]+>/u,
];

/** Items of a return that tell of what was done; a goal, a next step and a risk do not. */
const telling = new Set(['completed', 'changed artifacts/files', 'current status']);
const items = new Set([...telling, 'goal', 'next step', 'risk']);

const longest = 500;
const most = 20;

/** Line by line. A body without any items is read as a whole. */
export function deliveriesIn(body: string): DeliveryClaim[] {
  const lines = body.split('\n');
  const hasItems = lines.some((line) => itemOf(line) !== undefined);
  const found: DeliveryClaim[] = [];
  let isTelling = !hasItems;
  for (const line of lines) {
    const item = itemOf(line);
    if (item !== undefined) isTelling = telling.has(item.name);
    const text = item === undefined ? line : item.rest;
    if (isTelling) found.push(...piecesOf(text).flatMap((piece) => deliveryOf(piece) ?? []));
  }
  return found.slice(0, most);
}

/** `2. Completed`, `## Completed` and `Completed: all of it` alike. */
function itemOf(line: string): { readonly name: string; readonly rest: string } | undefined {
  const [, name = '', rest = ''] =
    /^\s*(?:#{1,6}\s+|\d+[.)]\s+|[-*]\s+)?\**([A-Za-z][A-Za-z /]*?)\**\s*(?::\**\s*(.*))?$/u.exec(line) ?? [];
  const known = name.trim().toLowerCase();
  return items.has(known) ? { name: known, rest } : undefined;
}

function deliveryOf(line: string): DeliveryClaim | undefined {
  const text = line.replaceAll(/\s+/gu, ' ').trim();
  if (![...text.matchAll(claim)].some((found) => isClaimed(text, found))) return undefined;
  const proof = proofs.flatMap((pattern) => pattern.exec(text)?.[0].trim() ?? [])[0];
  const shown = text.slice(0, longest).toWellFormed();
  return proof === undefined ? { text: shown } : { text: shown, proof: proof.slice(0, longest).toWellFormed() };
}

function isClaimed(text: string, { 0: word, index }: RegExpExecArray): boolean {
  const clause = text.slice(0, index).split(clauseEnd).at(-1) ?? '';
  return !denial.test(clause) && !denialAfter.test(text.slice(index + word.length));
}

/** A text without line breaks is looked at piece by piece: patterns take long on long ones. */
function piecesOf(line: string): readonly string[] {
  return line.match(/.{1,1000}/gsu) ?? [];
}
