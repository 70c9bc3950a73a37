/** All that knows OpenClaw. */

export { basesOf, isHomeName, type FoundHome } from './gateways.ts';
export { secretNames, secretsFile, settingsOf, type SettingsOf } from './settings.ts';
export { readSettings, type ReadSettings } from './read-settings.ts';
