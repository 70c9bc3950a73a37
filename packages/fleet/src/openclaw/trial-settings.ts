/**
 * What of a home its settings are about, so that another release can be asked about them in another place: themselves,
 * plugins and skills. Not its state: that is written to while it is copied, and is migrated by a start alone.
 */

import { join } from 'node:path';
import { secretsFile } from './settings.ts';

/** Folders that they name things of. */
export const settingsFolders = ['extensions', 'skills'] as const;
/** Files that they may be made of. */
const files = /^[^/.][^/]*\.json5?$/;

/** `path`: of a file in one of these folders, or in the home itself. */
export const hasSettingsOf = (path: string): boolean =>
  path.includes('/') ? !path.includes('/node_modules/') : path !== secretsFile && files.test(path);

/** As it stands in JSON, before the names of what lies in it. */
const quoted = (folder: string): string => JSON.stringify(join(folder, '/')).slice(1, -1);

/** The text of settings, with the paths of one home in it led into another. */
export function movedSettings(text: string, { from, to }: { readonly from: string; readonly to: string }): string {
  return text.replaceAll(quoted(from), quoted(to));
}
