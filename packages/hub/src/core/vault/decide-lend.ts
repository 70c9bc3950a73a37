/**
 * What a tool or a model server is given for one call.
 *
 * V4 A tool or a model server is given what was granted to it and nothing else, as it was when it was granted, and on
 *    behalf of who granted it for as long as they may.
 *
 * A reference is looked for among the grants alone: a vault or an item of the same name that somebody else has made is
 * none of them, so that nobody can put another secret in its place.
 */

import type { Grantee, LendRequest, Principal, WantedSecret } from '@perdure/contract';
import { refuse, type Refusal } from '../refusal.ts';
import type { GrantRecord, ItemRecord, VaultStanding } from './records.ts';
import { mayInVault } from './roles.ts';

/** Something that was granted to who asks. */
export interface Granted {
  readonly grant: GrantRecord;
  readonly item: ItemRecord;
  readonly granter: Principal | undefined;
  /** Of the granter; undefined: the vault is gone. */
  readonly standing: VaultStanding | undefined;
}

export interface LentPart {
  readonly name: string;
  readonly field: string;
  readonly grant: GrantRecord;
  readonly item: ItemRecord;
}

/** All that is wanted, or why one of it is not given. */
export function decideLend(
  { grantee, fingerprint, wanted }: Pick<LendRequest, 'grantee' | 'fingerprint' | 'wanted'>,
  granted: readonly Granted[],
): { readonly kind: 'lent'; readonly parts: readonly LentPart[] } | Refusal {
  const parts: LentPart[] = [];
  for (const each of wanted) {
    const part = decidePart(each, { grantee, fingerprint, granted });
    if (part.kind === 'refused') return part;
    parts.push(part.part);
  }
  return { kind: 'lent', parts };
}

interface Asking {
  readonly grantee: Grantee;
  readonly fingerprint: string;
  readonly granted: readonly Granted[];
}

function decidePart(
  { name, reference }: WantedSecret,
  { grantee, fingerprint, granted }: Asking,
): { readonly kind: 'part'; readonly part: LentPart } | Refusal {
  const [found, ...more] = granted.filter((each) => isMeant(reference, each));
  if (found === undefined) return notGranted(reference, grantee);
  const { grant, item, granter, standing } = found;
  const again = `\`perdure vault grant ${standing?.vault.name ?? '<vault>'}/${item.name} ${flagOf(grantee)}\``;
  if (more.length > 0) return mend(`"${reference}" means ${more.length + 1} items: write <vault>/<item> in its place.`);
  if (grant.fingerprint !== fingerprint) {
    return mend(`${changed(grantee)} since "${reference}" was granted to it: look at it, then ${again}.`);
  }
  if (granter === undefined || !mayInVault(granter, 'item.grant', standing?.role)) {
    return mend(
      `Whoever granted "${reference}" to ${whatIs(grantee)} may not any more: an admin of its vault may, ${again}.`,
    );
  }
  const keys = item.fields.map(({ key }) => key);
  const field = partsOf(reference)[2] ?? (keys.length === 1 ? keys[0] : undefined);
  if (field !== undefined && keys.includes(field)) return { kind: 'part', part: { name, field, grant, item } };
  const which = field === undefined ? 'say which field' : `it has no field "${field}"`;
  return mend(`"${reference}" of ${whatIs(grantee)}: ${which}, as <vault>/<item>/<field>; it has ${keys.join(', ')}.`);
}

/** `<item>`, `<vault>/<item>` or `<vault>/<item>/<field>`, as vault, item and field. */
function partsOf(reference: string): readonly [vault: string | undefined, item: string, field: string | undefined] {
  const [first = '', second, field] = reference.split('/');
  return second === undefined ? [undefined, first, undefined] : [first, second, field];
}

/** Whether it names no more than there can be. */
export const isReference = (text: string): boolean => {
  const parts = text.split('/');
  return parts.length <= 3 && parts.every((part) => part.trim() !== '');
};

function isMeant(reference: string, { item, standing }: Granted): boolean {
  const [vault, name] = partsOf(reference);
  if (!isReference(reference) || !isCalled(item, name)) return false;
  return vault === undefined || (standing !== undefined && isCalled(standing.vault, vault));
}

const isCalled = ({ id, name }: { readonly id: string; readonly name: string }, given: string): boolean =>
  id === given || name.toLowerCase() === given.toLowerCase();

function notGranted(reference: string, grantee: Grantee): Refusal {
  const [vault = '<vault>', item] = partsOf(reference);
  const how = `\`perdure vault grant ${vault}/${item} ${flagOf(grantee)}\``;
  return mend(`Nothing called "${reference}" was granted to ${whatIs(grantee)}: put it into a vault, then ${how}.`);
}

const whatIs = ({ kind, name }: Grantee): string =>
  kind === 'tool' ? `the tool "${name}"` : `the model server "${name}"`;
const changed = ({ kind, name }: Grantee): string =>
  kind === 'tool'
    ? `The file of the tool "${name}" has changed`
    : `The address of the model server "${name}" has changed`;
const flagOf = ({ kind, name }: Grantee): string => `--${kind} ${name}`;

/** Somebody has to mend something; to ask again changes nothing. */
const mend = (message: string): Refusal => refuse('config_invalid', message);
