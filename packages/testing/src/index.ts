/** What tests, benches, chaos and scripts share. Knows no test runner: that is `after-test.ts`. */

export { findBrowser, openBrowser, type Browser, type BrowserPage, type Visitor } from './browser.ts';
export {
  needlesOf,
  processesBelow,
  searchFolder,
  searchProcesses,
  sightingsIn,
  type Canary,
  type Search,
  type Sighting,
} from './canary.ts';
export { makeAuthority, type IssuedFiles, type TestAuthority } from './certificates.ts';
export { freePorts, quietPort, quietPorts } from './free-ports.ts';
export { handMadeSecrets, makeHandMade, type HandMade } from './hand-made-sibling.ts';
export { installed, type ThirdParty } from './installed.ts';
export { propertySeed } from './property-seed.ts';
export { seededRandom } from './seeded-random.ts';
export { SmallDisk } from './small-disk.ts';
export { until, type UntilOptions } from './until.ts';
