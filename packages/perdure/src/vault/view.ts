/** Vaults as text; there is no value in any of it. Pure. */

import {
  granteeText,
  type Vault,
  type VaultAudit,
  type VaultGrant,
  type VaultItem,
  type VaultLease,
  type VaultMember,
} from '@perdure/contract';
import { printable, shortIds } from '../text/format.ts';
import { formatList } from '../text/table.ts';

type Columns = number | undefined;

export function vaultList(vaults: readonly Vault[], columns: Columns): string {
  const rows = vaults.map(({ name, role, description, id }) => [
    printable(name),
    role ?? 'not in it',
    printable(description),
    id,
  ]);
  const empty = 'No vaults; make one with `perdure vault create <name>`.';
  return formatList(['NAME', 'YOU ARE', 'DESCRIPTION', 'ID'], rows, { empty, columns, spare: [3, 2] });
}

export function memberList(members: readonly VaultMember[], columns: Columns): string {
  const rows = members.map(({ handle, role, kind, displayName }) => [handle, role, kind, printable(displayName)]);
  return formatList(['HANDLE', 'ROLE', 'KIND', 'NAME'], rows, { empty: 'Nobody is in it.', columns, spare: [3] });
}

export function itemList(items: readonly VaultItem[], columns: Columns): string {
  const rows = items.map(({ name, type, version, needsApproval, fields }) => [
    printable(name),
    type,
    String(version),
    needsApproval ? 'yes' : 'no',
    fields.map(({ key, hint }) => `${key} ${printable(hint)}`).join(', '),
  ]);
  const empty = 'Nothing is in it; put something in with `perdure vault put`.';
  return formatList(['NAME', 'TYPE', 'VERSION', 'APPROVAL', 'FIELDS'], rows, { empty, columns, spare: [4] });
}

export function leaseList(leases: readonly VaultLease[], columns: Columns): string {
  const ids = shortIds(leases.map(({ id }) => id));
  const rows = leases.map(({ status, reason, uses, requestedAt }, at) => [
    ids[at] ?? '',
    status,
    printable(reason),
    String(uses),
    minuteOf(requestedAt),
  ]);
  return formatList(['ID', 'STATUS', 'REASON', 'USES', 'ASKED'], rows, { empty: 'No leases.', columns, spare: [2] });
}

/** With the names of what it is of. */
export interface ShownGrant extends VaultGrant {
  readonly vault: string;
  readonly item: string;
}

export function grantList(grants: readonly ShownGrant[], columns: Columns): string {
  const rows = grants.map(({ grantee, vault, item, grantedAt }) => [
    printable(granteeText(grantee)),
    printable(`${vault}/${item}`),
    minuteOf(grantedAt),
  ]);
  const empty = 'Nothing is granted; `perdure vault grant <vault>/<item> --tool <id>` does.';
  return formatList(['TO', 'ITEM', 'GRANTED'], rows, { empty, columns });
}

export function auditList(rows: readonly VaultAudit[], columns: Columns): string {
  const cells = rows.map(({ seq, at, action, grantee, ...row }) => [
    String(seq),
    minuteOf(at),
    row.actorHandle ?? row.actorId,
    grantee === undefined ? action : `${action} (${printable(grantee)})`,
    whatOf(row),
  ]);
  return formatList(['NO', 'WHEN', 'WHO', 'DID', 'TO'], cells, { empty: 'Nothing was done.', columns, spare: [4] });
}

/** What it was done to: an item by its name, or whoever was taken in or out. */
function whatOf({ itemName, itemId, principalHandle, principalId, role }: Partial<VaultAudit>): string {
  const item = itemName === undefined ? itemId : printable(itemName);
  return item ?? [principalHandle ?? principalId, role].filter((word) => word !== undefined).join(' ');
}

const minuteOf = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)}`;
