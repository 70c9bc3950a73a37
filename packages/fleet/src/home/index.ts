/** Homes of gateways: made, archived, read back and removed. */

export { archiveHome, entriesOf, unpackHome } from './archive-home.ts';
export { copyFolder } from './copy-folder.ts';
export { claimHome, removeHome, stateOfHome, type HomeOf, type HomeState } from './gateway-home.ts';
