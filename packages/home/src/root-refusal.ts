/** With what words a state root is refused: what it is, why, and the way out. Pure. */

import { PerdureError } from '@perdure/contract';
import type { RootVerdict } from './whose-root.ts';

type Refused = Exclude<RootVerdict, { readonly kind: 'new' | 'ours' | 'moved' }>;

export interface RefusedRoot {
  readonly root: string;
  readonly account: number;
}

export function rootRefusal(verdict: Refused, given: RefusedRoot): PerdureError {
  return new PerdureError('home_refused', sentence(verdict, given), {
    details: { home: given.root, kind: verdict.kind },
  });
}

function sentence(verdict: Refused, { root, account }: RefusedRoot): string {
  const at = ` --home ${word(root)}`;
  switch (verdict.kind) {
    case 'foreign': {
      const what = verdict.path === root ? `The state root ${root}` : `${verdict.path}, in the state root ${root},`;
      return `${what} belongs to another account (user ${verdict.owner}; this is user ${account}), so nothing in it was read: run this as that account, or choose a state root of your own with --home or PERDURE_HOME.`;
    }
    case 'open':
      return `Other accounts may write in the state root ${root}, so nothing in it was read: look what is in it, close it with \`chmod go-w ${word(root)}\`, or choose another one with --home or PERDURE_HOME.`;
    case 'unknown':
      if (!verdict.holdsOurs)
        return `The folder ${root} holds other files and is no state root: choose an empty folder, or one that is not there yet, with --home or PERDURE_HOME.`;
      return `The folder ${root} was not made a state root by this account on this machine (it may have come with a repository or an archive), so nothing in it was read: choose another one with --home or PERDURE_HOME, or, if you know where it comes from, adopt it with \`perdure trust${at}\`.`;
    case 'copy': {
      const { stamp, isOriginalThere } = verdict;
      const original = isOriginalThere ? `${stamp.path}, which is still there` : `one that was made at ${stamp.path}`;
      return [
        `The state root ${root} is a copy of ${original}. Say which it is; its unfinished runs are held:`,
        `  to go on here instead: \`perdure up --take-over${at}\``,
        `  to have both: \`perdure up --as-copy${at}\`, or for its tasks alone \`perdure trust${at}\``,
      ].join('\n');
    }
    default:
      return verdict satisfies never;
  }
}

/** As a shell takes it. */
function word(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
