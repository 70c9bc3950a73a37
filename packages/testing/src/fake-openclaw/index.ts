/** OpenClaw without OpenClaw, for tests. */

export { fakeFaults, type FakeBehaviour, type FakeFault } from './behaviour.ts';
export { installFakeOpenclaw, type FakeOpenclaw } from './install.ts';
